// The first file of MeshCore takes this one's place.
