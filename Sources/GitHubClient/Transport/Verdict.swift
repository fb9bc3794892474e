import CacheCore
import GitHubCore

/// What an answer to a conditional `GET` is worth; a limit is told before it comes here.
enum Verdict {
    /// Reads an answer; whatever is not what its headers say becomes a failure, so that it is never stored.
    static func of(_ answer: ReceivedAnswer, media: MediaClass, held: Body?, wasConditional: Bool) -> OriginResult {
        switch answer.status {
        case 304:
            guard wasConditional else { return unusable(answer, "unchanged, though nothing was held") }
            return .unchanged(answer.kept, askedAt: answer.askedAt)
        case 204:
            return whole(answer, held: held)
        case 200..<300:
            guard media != .json || answer.isJSON else { return unusable(answer, "the body is not JSON") }
            return whole(answer, held: held)
        case 400..<500:
            guard answer.isJSON else { return unusable(answer, "the body is not JSON") }
            return whole(answer, held: held)
        case 300..<400:
            return unusable(answer, "a redirect that leads elsewhere")
        default:
            return unusable(answer, "server error")
        }
    }

    private static func whole(_ answer: ReceivedAnswer, held: Body?) -> OriginResult {
        // Hashing is spared where the bytes are known.
        let body = held.flatMap { $0.bytes == answer.body ? $0 : nil } ?? Body(answer.body)
        return .answer(
            OriginAnswer(status: answer.status, headers: answer.kept, body: body, askedAt: answer.askedAt)
        )
    }

    private static func unusable(_ answer: ReceivedAnswer, _ reason: String) -> OriginResult {
        .failure(.unusable(status: answer.status, reason))
    }
}
