package import CacheCore
import GitHubCore
import NIOHTTP1

extension GitHubOrigin {
    package func probe() async -> OriginProbe {
        let askedAt = courier.ledger.now()
        let result: Result<ReceivedAnswer, OriginFailure>
        let credential: OriginProbe.OwnCredential
        switch own {
        case .nobody:
            (credential, result) = (.none, await courier.probe("/rate_limit", as: .anonymous))
        case .token(let token):
            let authorized = Credential(authorization: token.authorization)
            (credential, result) = (.token, await courier.probe("/rate_limit", as: authorized))
        case .app(let app):
            // Whether it is taken for the App; what its installations may, shows where they are used.
            (credential, result) = (.app, await app.probe())
        }
        let answeredAt = courier.ledger.now()
        let took = answeredAt.milliseconds(since: askedAt)
        var probe: OriginProbe
        switch result {
        case .failure(let failure):
            probe = OriginProbe(.failed(failure), milliseconds: took)
        case .success(let answer) where !answer.isGitHubs && answer.status < 500:
            let failure = OriginFailure.unusable(status: answer.status, "this is no answer of GitHub's API")
            probe = OriginProbe(.failed(failure), milliseconds: took)
        case .success(let answer):
            probe = OriginProbe(
                status: answer.status,
                message: answer.status < 400 ? nil : answer.message,
                askedAt: askedAt,
                answeredAt: answeredAt
            ) { answer.headers.first(name: $0) }
        }
        probe.credential = credential
        // What an App has left, its installations have.
        if credential == .app { probe.quota = nil }
        return probe
    }
}
