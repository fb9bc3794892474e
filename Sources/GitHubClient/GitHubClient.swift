// The first file of GitHubClient takes this one's place.
