// The first file of CacheStore takes this one's place.
