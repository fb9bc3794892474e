/// The bounds of the mesh's messages.
package enum Limits {
    /// The largest body that rides inside a message; larger ones are announced and pulled.
    package static let inlineBytes = 32 << 10
    /// The most announcements in one message.
    package static let announcementsPerMessage = 256
    /// The largest message, well under pubsub's own limit.
    package static let messageBytes = 512 << 10
    /// The largest body that is announced, pulled or given.
    package static let bodyBytes = 16 << 20
    /// The longest fetch request.
    package static let requestBytes = 16 << 10
    /// The longest fetch response: a body and what is known of it.
    package static let responseBytes = bodyBytes + (64 << 10)
    /// The longest text of a header that is passed on.
    package static let headerBytes = 8 << 10
    /// How far a peer's clock may be ahead of this node's, in milliseconds.
    package static let clockSkewMilliseconds: Int64 = 5 * 60 * 1000
    /// The longest that a peer's word keeps an entry fresh, in milliseconds.
    package static let freshnessMilliseconds: Int64 = 3600 * 1000
    /// Announcements that wait for their batch, over all topics; past it the oldest topic's batch is sent early.
    package static let waitingAnnouncements = 4096
    /// Topics whose rate is remembered.
    package static let pacedTopics = 4096
}
