// The first file of GitHubCore takes this one's place.
