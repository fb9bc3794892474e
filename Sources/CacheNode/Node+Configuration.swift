package import CacheCore
package import GitHubCore

extension Node {
    /// What a node is told at its start.
    package struct Configuration: Sendable {
        /// Lifetimes per type of data.
        package var ttl: TTLPolicy
        /// How long a credential's proof of access holds.
        package var proofs: ProofPolicy
        /// Secrets that speak for any repository.
        package var secrets: [WebhookSignature.Secret]
        /// The public URL that `hook register` gives to GitHub.
        package var webhookURL: String?
        /// Where GitHub can deliver to.
        package var webhookReach: HookReach
        /// Whether the hooks' delivery logs are the source of events.
        package var takesLog: Bool
        /// Repositories and owners that are kept fresh without anyone asking.
        package var watch: [Scope]
        /// The prewarm jobs.
        package var prewarmJobs: [PrewarmJob] = []
        /// The key of the hash that names credentials.
        package var credentialKey: [UInt8]
        /// Names the node's own credential: by its token's value, so that a caller's is told to be the same, or as the
        /// GitHub App that it is, whichever of its installations reads: that goes by the owner of what is read.
        package var ownCredential: CredentialID?
        /// Whether that credential is a GitHub App's, which has a webhook and a delivery log of its own.
        package var isApp = false
        /// Whether peers share what is private, in a network that only members can hear.
        package var sharesPrivate = false
        /// The delays and bounds of the freshness machine.
        package var freshness: Freshness.Limits
        /// Bounds of the node itself.
        package var limits: Limits

        /// A configuration; by default with nothing to watch and no secret.
        package init(
            ttl: TTLPolicy = TTLPolicy(),
            proofs: ProofPolicy = ProofPolicy(),
            secrets: [WebhookSignature.Secret] = [],
            webhookURL: String? = nil,
            webhookReach: HookReach = .internet,
            takesLog: Bool = false,
            watch: [Scope] = [],
            credentialKey: [UInt8],
            ownCredential: CredentialID? = nil,
            freshness: Freshness.Limits = Freshness.Limits(),
            limits: Limits = Limits()
        ) {
            self.ttl = ttl
            self.proofs = proofs
            self.secrets = secrets
            self.webhookURL = webhookURL
            self.webhookReach = webhookReach
            self.takesLog = takesLog
            self.watch = watch
            self.credentialKey = credentialKey
            self.ownCredential = ownCredential
            self.freshness = freshness
            self.limits = limits
        }
    }

    /// The node's bounds.
    package struct Limits: Hashable, Sendable {
        /// Deliveries whose bodies wait in memory; those beyond are read from the inbox again.
        package var bodiesInMemory = 1024
        /// Announcements of peers that wait; past it the oldest are lost, and a later one or a read heals.
        package var announcements = 4096
        /// Fetches under way at once that no reader waits for.
        package var backgroundFetches = 16
        /// The longest time that an answer serves past its lifetime while GitHub is asked, in seconds.
        package var staleWindow = 30
        /// How long a reader whom something old may serve waits for GitHub, in milliseconds; clients give up after 3 s or more.
        package var readerPatience = 2000
        /// Readers that wait for GitHub at once; past it a read is refused with 503.
        package var waitingReads = 20_000
        /// Callers that GitHub is asked for one after the other, before each of those who wait asks for itself.
        package var leaders = 3
        /// How long a reader waits for what the machine asked, before it asks itself, in milliseconds.
        package var machinePatience = 1000
        /// How long a miss waits for the neighbours, in milliseconds.
        package var neighbourDeadline = 150
        /// How long after a read an answer is still worth fetching ahead, in seconds.
        package var wantedHorizon = 900
        /// How long after its last delivery a repository's queue is told from events alone, in seconds.
        package var coverage = 86_400
        /// Repositories that one query may have this node follow.
        package var repositoriesOfQuery = 8
        /// States of a repository laid over an answer, newest first.
        package var overlay = 200
        /// How long back states may be missing from GitHub's lists, in seconds.
        package var overlayHorizon = 900
        /// Runs of one repository whose jobs a queue report asks for.
        package var queueRuns = 200
        /// Repositories of one owner that a queue report asks GitHub about, the last pushed to first.
        package var queueRepositories = 100
        /// How long after it was pushed to or changed a repository is asked about by a queue report, in seconds.
        package var queueActivity = 86_400
        /// Repositories that a queue report asks about at once.
        package var queueSurveys = 8
        /// Repositories of a former owner of which GitHub is asked what became of them.
        package var formerNames = 100
        /// Streams of events at once, and events that wait in each.
        package var eventStreams = 64
        /// Events that wait in one stream.
        package var eventBacklog = 1024
        /// Stored answers that are looked at for one that an audit may ask about.
        package var auditDraws = 16
        /// How long `hook ping` waits for the ping, in seconds.
        package var pingWait = 15
        /// In what portions deliveries are done again after a stop.
        package var replay = ReplayRule()
        /// How far GitHub's answers may lag behind its events, in seconds.
        package var answerLag = 600
        /// When the old secret of a webhook goes that was given another.
        package var retirement = RetirementRule()
        /// How long `hook rotate` waits for that, in seconds.
        package var rotationWait = 40
        /// The bounds of a search of a delivery log.
        package var recovery = Recovery.Limits()
        /// The pauses between such searches.
        package var recoverySchedule = RecoverySchedule.Limits()
        /// How far events are trusted, and how that is looked into.
        package var health = HealthLedger.Limits()
        /// How often the health of the webhooks is looked after, in milliseconds.
        package var healthTick = 5000
        /// Repositories that a report of their health names.
        package var healthRows = 1000
        /// How often a recovered delivery is tried for which the inbox has no room, before the search goes on later.
        package var recoveryTries = 50
        /// The pause before it is tried again, in milliseconds.
        package var recoveryPause = 100
        /// The agenda of prewarm jobs.
        package var prewarm = PrewarmAgenda.Limits()
        /// Repositories of one prewarm job.
        package var prewarmRepositories = 1000
        /// Owners that one pattern of a prewarm job may name.
        package var prewarmOwners = 100
        /// How often it is looked whether a prewarm job is due, in milliseconds.
        package var prewarmTick = 250
        /// How often the webhooks are looked after, in milliseconds.
        package var hookTick = 1000
        /// How long after GitHub could not be told of a secret it is told again, in seconds.
        package var rotationRetry = 60

        /// The defaults.
        package init() {}
    }
}

extension Node.Configuration {
    /// How far events are trusted: where they are taken from the log, they come as late as that is read.
    var healthLimits: HealthLedger.Limits {
        var health = limits.health
        if takesLog { health.announcements.grace += 2 * limits.recoverySchedule.pause }
        return health
    }
}
