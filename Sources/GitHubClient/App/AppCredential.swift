import CacheCore
import GitHubCore
import Logging
import NIOHTTP1
import Synchronization

/// The node as a GitHub App: for each owner the token of the App's installation there, made when it is first wanted,
/// renewed before it ends, and kept in memory alone.
///
/// Who wants what is asked for already waits for that: one question for one installation at a time.
final class AppCredential: Sendable {
    private enum Work: Hashable {
        case list
        case find(String)
        case mint(Int64)
    }

    private struct State {
        var book = InstallationBook()
        var underWay: [Work: [AsyncStream<Never>.Continuation]] = [:]
        /// How far GitHub's clock is ahead of the machine's, in milliseconds, where that mattered.
        var ahead: Int64 = 0
        var signed: (token: String, claims: AppClaims)?
    }

    private enum Turn {
        case use(InstallationBook.Token, InstallationBook.Place)
        case refuse(OriginFailure)
        case lead(InstallationBook.Step, Work)
        case wait(AsyncStream<Never>)
    }

    private let app: GitHubApp
    private let courier: Courier
    private let logger: Logger
    private let state = Mutex(State())

    init(_ app: GitHubApp, courier: Courier, logger: Logger) {
        self.app = app
        self.courier = courier
        self.logger = logger
    }

    /// Who asks for what belongs to a repository or an owner; nil for neither.
    func credential(for scope: Scope?) async -> Result<Credential, OriginFailure> {
        guard let scope, !scope.ownerLogin.isEmpty else {
            return .failure(
                .noAccess("a GitHub App reads what belongs to a repository or an owner, and this names neither")
            )
        }
        let owner = scope.ownerLogin
        for _ in 0..<Limits.appSteps {
            switch turn(for: owner) {
            case .use(let token, let place):
                return .success(
                    Credential(
                        authorization: token.access.authorization,
                        account: Self.account(of: place.id),
                        installation: place.id
                    )
                )
            case .refuse(let failure): return .failure(failure)
            case .wait(let end):
                for await _ in end {}
            case .lead(let step, let work):
                await perform(step, for: scope)
                finish(work)
            }
            if Task.isCancelled { return .failure(.unreachable("cancelled")) }
        }
        return .failure(.timedOut)
    }

    /// Asks as the App itself; a refusal of who it is comes as a failure.
    func ask(_ message: Courier.Message, priority: Budget.Priority = .read) async -> Result<
        ReceivedAnswer, OriginFailure
    > {
        for isLast in [false, true] {
            let credential: Credential
            do {
                let token = try await signed()
                credential = Credential(authorization: "Bearer \(token)", account: "app")
            } catch {
                return .failure(.noAccess("the GitHub App's key does not sign"))
            }
            let answer: ReceivedAnswer
            switch await courier.ask(message, as: credential, priority: priority) {
            case .failure(let failure): return .failure(failure)
            case .success(let received): answer = received
            }
            guard answer.status == 401 else { return .success(answer) }
            // By GitHub's clock it may be too early or too late.
            if !isLast, adjustClock(by: answer) { continue }
            let words = answer.message ?? "status 401"
            return .failure(.noAccess("GitHub does not take the key for that of the App \(app.id) (\(words))"))
        }
        return .failure(.timedOut)
    }

    /// Asks as the App itself whether GitHub takes its signature, out of turn and by the machine's own clock or a better one.
    func probe() async -> Result<ReceivedAnswer, OriginFailure> {
        guard let token = try? await signed() else {
            return .failure(.noAccess("the GitHub App's key does not sign"))
        }
        return await courier.probe("/app", as: Credential(authorization: "Bearer \(token)", account: "app"))
    }

    /// Drops a token that GitHub does not take any more; whether there may be another.
    func takeBack(_ credential: Credential) -> Bool {
        guard let installation = credential.installation else { return false }
        state.withLock { $0.book.drop(credential.authorization, of: installation) }
        return true
    }

    /// What is known of an owner's installation may be other than it was.
    func forget(_ owner: String) {
        state.withLock { $0.book.forget(owner.lowercased()) }
    }

    /// The installations in use, with the name that each one's quota goes by.
    var accounts: [(place: InstallationBook.Place, account: String)] {
        state.withLock(\.book.used).map { ($0, Self.account(of: $0.id)) }
    }

    private static func account(of installation: Int64) -> String { "installation \(installation)" }
}

extension AppCredential {
    private func now(in state: borrowing State) -> Timestamp {
        courier.ledger.now().advanced(byMilliseconds: state.ahead)
    }

    /// What comes next for an owner, and whose turn it is: both at once, so that what was just learnt is not asked again.
    private func turn(for owner: String) -> Turn {
        state.withLock { state in
            let step = state.book.step(for: owner, at: now(in: state))
            let work: Work
            switch step {
            case .use(let token, let place): return .use(token, place)
            case .refuse(let failure): return .refuse(failure)
            case .list: work = .list
            case .find: work = .find(owner)
            case .mint(let place): work = .mint(place.id)
            }
            guard state.underWay[work] != nil else {
                state.underWay[work] = []
                return .lead(step, work)
            }
            let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
            state.underWay[work, default: []].append(continuation)
            return .wait(stream)
        }
    }

    private func finish(_ work: Work) {
        let waiting = state.withLock { $0.underWay.removeValue(forKey: work) }
        for continuation in waiting ?? [] { continuation.finish() }
    }

    /// Asks what a step needs, and notes what comes of it; who gave up tells nothing.
    private func perform(_ step: InstallationBook.Step, for scope: Scope) async {
        let failure: OriginFailure?
        switch step {
        case .use, .refuse: return
        case .list: failure = await list()
        case .find: failure = await find(scope)
        case .mint(let place): failure = await mint(place)
        }
        guard let failure, !Task.isCancelled else { return }
        logger.warning("The GitHub App cannot ask", metadata: ["why": "\(failure)"])
        state.withLock { $0.book.note(failure, at: now(in: $0)) }
    }

    private func list() async -> OriginFailure? {
        var places: [InstallationBook.Place] = []
        for page in 1...Limits.installationPages {
            let target = "/app/installations?per_page=\(Limits.installationsPerPage)&page=\(page)"
            switch await ask(Courier.Message(target: target)) {
            case .failure(let failure): return failure
            case .success(let answer):
                guard answer.status == 200, let text = try? JSONSlices(answer.body),
                    let elements = try? text.elements(of: text.root)
                else { return Self.unexpected(answer) }
                places += elements.compactMap { (try? JSONObject(text, at: $0)).flatMap { InstallationBook.Place($0) } }
                let link = answer.headers.first(name: "link").flatMap { LinkHeader($0) }
                guard link?.target(relation: "next") != nil else {
                    state.withLock { $0.book.learn(places, isWhole: true, at: now(in: $0)) }
                    return nil
                }
            }
        }
        state.withLock { $0.book.learn(places, isWhole: false, at: now(in: $0)) }
        return nil
    }

    private func find(_ scope: Scope) async -> OriginFailure? {
        let owner = scope.ownerLogin
        var targets = ["/orgs/\(owner)/installation", "/users/\(owner)/installation"]
        if case .repository(let name) = scope { targets.insert("/repos/\(name)/installation", at: 0) }
        for target in targets {
            switch await ask(Courier.Message(target: target)) {
            case .failure(let failure): return failure
            case .success(let answer) where answer.status == 404: continue
            case .success(let answer):
                guard answer.status == 200, let object = try? JSONObject(answer.body),
                    let place = InstallationBook.Place(object), place.owner == owner
                else { return Self.unexpected(answer) }
                state.withLock { $0.book.learn(place, of: owner, at: now(in: $0)) }
                return nil
            }
        }
        state.withLock { $0.book.learn(nil, of: owner, at: now(in: $0)) }
        return nil
    }

    private func mint(_ place: InstallationBook.Place) async -> OriginFailure? {
        var message = Courier.Message(
            method: .POST,
            target: "/app/installations/\(place.id)/access_tokens"
        )
        message.isRepeatable = true
        let answer: ReceivedAnswer
        switch await ask(message) {
        case .failure(let failure): return failure
        case .success(let received): answer = received
        }
        if answer.status == 201, let object = try? JSONObject(answer.body),
            let token = object.string("token"), let end = object.timestamp("expires_at")
        {
            let made = InstallationBook.Token(access: AccessToken(token), expiresAt: end)
            state.withLock { $0.book.learn(made, of: place) }
            logger.debug(
                "A token was made for an installation",
                metadata: ["installation": "\(place.id)", "until": "\(end.rfc3339)"]
            )
            return nil
        }
        guard [403, 404, 422].contains(answer.status) else { return Self.unexpected(answer) }
        let words = answer.message ?? "status \(answer.status)"
        let failure = OriginFailure.noAccess(
            "GitHub gives no token for the GitHub App's installation with \(place.owner) (\(words))"
        )
        logger.warning(
            "An installation of the GitHub App has no access",
            metadata: ["owner": "\(place.owner)", "why": "\(words)"]
        )
        state.withLock { $0.book.note(failure, of: place, isGone: answer.status == 404, at: now(in: $0)) }
        return nil
    }

    private static func unexpected(_ answer: ReceivedAnswer) -> OriginFailure {
        guard (400..<500).contains(answer.status) else {
            return .unusable(status: answer.status, "no answer to an App's question")
        }
        return .noAccess("GitHub refuses the App (\(answer.message ?? "status \(answer.status)"))")
    }

    /// The App's own token, signed anew when the last one is about to end.
    private func signed() async throws -> String {
        let (held, moment) = state.withLock { ($0.signed, now(in: $0)) }
        if let held, held.claims.isGood(at: moment) { return held.token }
        let claims = AppClaims(issuer: app.id, at: moment)
        let token = try await app.key.sign(claims)
        state.withLock { $0.signed = (token, claims) }
        return token
    }

    /// Goes by GitHub's clock from here on, where it says that the times of a token are wrong; false where they are not.
    private func adjustClock(by answer: ReceivedAnswer) -> Bool {
        guard let words = answer.message, words.contains("'exp'") || words.contains("'iat'"),
            let date = answer.headers.first(name: "date").flatMap({ HTTPDate.seconds($0) })
        else { return false }
        let ahead = Timestamp(seconds: date).milliseconds(since: courier.ledger.now())
        logger.warning(
            "This machine's clock differs from GitHub's, which the GitHub App goes by now",
            metadata: ["seconds": "\(-ahead / 1000)"]
        )
        state.withLock { state in
            state.ahead = ahead
            state.signed = nil
        }
        return true
    }
}

extension InstallationBook.Place {
    /// Reads an installation; nil without its number and its account.
    init?(_ object: JSONObject) {
        guard let id = object.integer("id"), let login = object.object("account")?.string("login"),
            RepositoryName.isName(login)
        else { return nil }
        self.init(id: id, owner: login.lowercased())
    }
}

extension Scope {
    /// The login of who owns it, in lower case.
    var ownerLogin: String {
        switch self {
        case .repository(let name): name.owner.lowercased()
        case .owner(let login): login.lowercased()
        }
    }
}
