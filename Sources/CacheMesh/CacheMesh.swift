// The first file of CacheMesh takes this one's place.
