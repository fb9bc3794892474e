package import GitHubCore

extension GitHubOrigin {
    /// How GitHub is asked.
    package struct Configuration: Sendable {
        /// Where it is.
        package var upstream: Upstream
        /// What stands in for GitHub's hosts of files, by their names; those that are not named stand for themselves.
        package var fileHosts: [String: Upstream]
        /// The node's own token.
        package var token: AccessToken?
        /// The GitHub App that the node is, in place of a token.
        package var app: GitHubApp?
        /// The program's version, told in `User-Agent`.
        package var version: String
        /// How long anything may take.
        package var timeouts: Timeouts
        /// What may be spent.
        package var budget: Budget.Configuration
        /// When GitHub is left alone for a while.
        package var circuit: Circuit.Configuration
        /// When computed ETags are given up.
        package var computedETags: ComputedETags.Configuration

        /// A configuration; everything but the version has a default.
        package init(
            upstream: Upstream = .github,
            fileHosts: [String: Upstream] = [:],
            token: AccessToken? = nil,
            app: GitHubApp? = nil,
            version: String,
            timeouts: Timeouts = Timeouts(),
            budget: Budget.Configuration = .init(),
            circuit: Circuit.Configuration = .init(),
            computedETags: ComputedETags.Configuration = .init()
        ) {
            self.upstream = upstream
            self.fileHosts = fileHosts
            self.token = token
            self.app = app
            self.version = version
            self.timeouts = timeouts
            self.budget = budget
            self.circuit = circuit
            self.computedETags = computedETags
        }
    }

    /// How long anything may take.
    package struct Timeouts: Hashable, Sendable {
        /// Until a connection stands.
        package var connect: Duration
        /// Until the head of an answer is there.
        package var head: Duration
        /// Between two pieces of an answer.
        package var read: Duration
        /// Until the answer is whole.
        package var whole: Duration
        /// Until a client's read has its answer or is told why not, with its turn, further tries and redirects.
        package var answer: Duration
        /// Until the head of an answer is there that is handed on, to a request without a body.
        package var forwardHead: Duration
        /// The same, to a request with one, of any size and over any line; what stands still ends sooner.
        package var forwardUpload: Duration
        /// Between two pieces of what is handed on, either way, and between a request's end and its answer.
        package var forwardIdle: Duration
        /// How long a client's read waits for its turn.
        package var readTurn: Duration
        /// How long background work waits for its turn.
        package var backgroundTurn: Duration

        /// The defaults: GitHub itself gives up after ten seconds, and so do many of its clients.
        package init(
            connect: Duration = .seconds(2),
            head: Duration = .seconds(10),
            read: Duration = .seconds(10),
            whole: Duration = .seconds(30),
            answer: Duration = .milliseconds(10_500),
            forwardHead: Duration = .seconds(60),
            forwardUpload: Duration = .seconds(86_400),
            forwardIdle: Duration = .seconds(60),
            readTurn: Duration = .seconds(5),
            backgroundTurn: Duration = .seconds(60)
        ) {
            self.connect = connect
            self.head = head
            self.read = read
            self.whole = whole
            self.answer = answer
            self.forwardHead = forwardHead
            self.forwardUpload = forwardUpload
            self.forwardIdle = forwardIdle
            self.readTurn = readTurn
            self.backgroundTurn = backgroundTurn
        }
    }
}
