// The first file of CacheCore takes this one's place.
