// The first file of GitHubSimulatorCore takes this one's place.
