"""Other languages than Spanish: catalogs, their upkeep and checks, dates and money as written.

Spanish sentences are the keys. `catalogs` translates them; `update` keeps the catalogs in step with
the content (`make messages`); `checks` tells what a translator has left to do; `formats` writes
dates, numbers and money for a language and a country.
"""
