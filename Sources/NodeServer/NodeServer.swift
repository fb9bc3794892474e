// The first file of NodeServer takes this one's place.
