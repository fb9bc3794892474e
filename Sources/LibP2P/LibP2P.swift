// The first file of LibP2P takes this one's place.
