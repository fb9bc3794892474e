// The first file of LibP2PCore takes this one's place.
