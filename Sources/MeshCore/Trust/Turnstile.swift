package import GitHubCore
package import Multiformats

/// What is remembered of members' messages: how much each said lately, and which messages were heard (rate and replay).
///
/// Pubsub forgets a message after two minutes; what comes again later is known here, until it is too old to be believed.
package struct Turnstile: Sendable {
    private var rates: AuthorRates
    private var strangers: AuthorRates
    private var memory: MessageMemory

    /// One that has heard nothing.
    package init(authorLimit: Int = Limits.pacedAuthors, messageLimit: Int = Limits.rememberedMessages) {
        self.rates = AuthorRates(.members, limit: authorLimit)
        self.strangers = AuthorRates(.strangers, limit: authorLimit)
        self.memory = MessageMemory(limit: messageLimit)
    }

    /// Takes note of a member's message before it is read.
    ///
    /// - Parameters:
    ///   - message: The message's id.
    ///   - author: Who signed it.
    ///   - bytes: How long it is.
    ///   - now: The time here.
    /// - Returns: Whether it is to be read at all.
    package mutating func admit(_ message: [UInt8], by author: PeerID, bytes: Int, now: Timestamp) -> PolicyResult {
        guard self.memory.remember(message) else { return .fails(because: .repeated) }
        return self.rates.spend(bytes: bytes, of: author, now: now) ? .meets : .fails(because: .tooMuch)
    }

    /// Takes note of a message of someone whose word does not count.
    package mutating func endure(_ stranger: PeerID, now: Timestamp) -> PolicyResult {
        self.strangers.spend(announcements: 1, of: stranger, now: now) ? .meets : .fails(because: .tooMuch)
    }

    /// Takes note of how much a message says, before it is judged.
    package mutating func charge(_ announcements: Int, to author: PeerID, now: Timestamp) -> PolicyResult {
        self.rates.spend(announcements: announcements, of: author, now: now) ? .meets : .fails(because: .tooMuch)
    }
}
