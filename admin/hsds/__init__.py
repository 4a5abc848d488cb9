"""The directory for other systems: public, read-only, Open Referral HSDS 3.1."""
