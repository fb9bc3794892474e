// The first file of Multiformats takes this one's place.
