// The first file of CacheNode takes this one's place.
