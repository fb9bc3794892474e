// The first file of GitHubSimulator takes this one's place.
