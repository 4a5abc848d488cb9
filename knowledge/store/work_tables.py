"""Work shared by several processes: leases, owners of deliveries, limits."""
