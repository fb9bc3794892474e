import ArgumentParser
import HookCacheKit

/// The settings of a node that are worth a flag; secrets are not, for a command line is no place for them.
struct NodeOptions: ParsableArguments {
    @Option(name: .customLong("github-api-url"), help: ArgumentHelp("GitHub's API: GITHUB_API_URL.", valueName: "url"))
    var githubAPIURL: String?

    @Option(help: ArgumentHelp("Where webhooks arrive: CACHE_WEBHOOK_LISTEN.", valueName: "host:port"))
    var webhookListen: String?

    @Option(help: ArgumentHelp("The public URL of the webhook listener: CACHE_WEBHOOK_URL.", valueName: "url"))
    var webhookURL: String?

    @Option(help: ArgumentHelp("Deliveries that may wait: CACHE_INBOX_MAX.", valueName: "count"))
    var inboxMax: String?

    @Option(help: ArgumentHelp("Where the API is served: CACHE_API_LISTEN.", valueName: "host:port"))
    var apiListen: String?

    @Option(help: ArgumentHelp("Further Host names to answer to: CACHE_API_HOSTS.", valueName: "names"))
    var apiHosts: String?

    @Option(help: ArgumentHelp("none or node: CACHE_SOCKET_IDENTITY.", valueName: "identity"))
    var socketIdentity: String?

    @Option(help: ArgumentHelp("Where libp2p listens: CACHE_LISTEN_HOST.", valueName: "address"))
    var listenHost: String?

    @Option(help: ArgumentHelp("The port of libp2p, 0 for any: CACHE_LISTEN_PORT.", valueName: "port"))
    var listenPort: String?

    @Option(help: ArgumentHelp("Peers to dial: CACHE_BOOTSTRAP_PEERS.", valueName: "addresses"))
    var bootstrapPeers: String?

    @Option(help: ArgumentHelp("Peer ids that are members: CACHE_ALLOWED_PEERS.", valueName: "ids"))
    var allowedPeers: String?

    @Option(help: ArgumentHelp("The private network's key: CACHE_SWARM_KEY_FILE.", valueName: "path"))
    var swarmKeyFile: String?

    @Option(help: ArgumentHelp("What may leave the node: CACHE_SHARE.", valueName: "public|all|none"))
    var share: String?

    @Option(help: ArgumentHelp("Owners and repositories to keep fresh: CACHE_WATCH.", valueName: "names"))
    var watch: String?

    @Option(
        help: ArgumentHelp("Seconds that answers are fresh without a webhook: CACHE_DEFAULT_TTL.", valueName: "seconds")
    )
    var defaultTTL: String?

    @Option(help: ArgumentHelp("The same for runs and jobs: CACHE_TTL_RUNS.", valueName: "seconds"))
    var ttlRuns: String?

    @Option(help: ArgumentHelp("Stored entries at most: CACHE_MAX_ENTRIES.", valueName: "count"))
    var maxEntries: String?

    @Option(help: ArgumentHelp("Bytes in memory at most: CACHE_MAX_MEMORY.", valueName: "bytes"))
    var maxMemory: String?

    @Option(help: ArgumentHelp("text or json: LOG_FORMAT.", valueName: "format"))
    var logFormat: String?

    /// What was given, by the key that it stands for.
    var flags: [Settings.Key: String] {
        let given: [Settings.Key: String?] = [
            .githubAPIURL: self.githubAPIURL, .webhookListen: self.webhookListen, .webhookURL: self.webhookURL,
            .inboxMaximum: self.inboxMax, .apiListen: self.apiListen, .apiHosts: self.apiHosts,
            .socketIdentity: self.socketIdentity, .listenHost: self.listenHost, .listenPort: self.listenPort,
            .bootstrapPeers: self.bootstrapPeers, .swarmKeyFile: self.swarmKeyFile, .allowedPeers: self.allowedPeers,
            .share: self.share, .watch: self.watch,
            .defaultTTL: self.defaultTTL, .runsTTL: self.ttlRuns, .maximumEntries: self.maxEntries,
            .maximumMemory: self.maxMemory, .logFormat: self.logFormat,
        ]
        return given.compactMapValues(\.self)
    }
}
