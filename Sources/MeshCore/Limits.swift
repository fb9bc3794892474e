/// The bounds of the mesh's messages.
package enum Limits {
    /// The largest body that rides inside a message; larger ones are announced and pulled.
    package static let inlineBytes = 32 << 10
    /// The most announcements in one message.
    package static let announcementsPerMessage = 256
    /// The largest object of a run or job.
    package static let objectBytes = 4 << 20
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
    /// How far ahead a date may be of any clock that is not broken, in milliseconds.
    package static let absurdMilliseconds: Int64 = 24 * 3600 * 1000
    /// How old a peer's word may be, in milliseconds; a member that was away longer asks instead of listening.
    package static let claimAgeMilliseconds: Int64 = 24 * 3600 * 1000
    /// The highest attempt of a run that is believed; GitHub stops far below.
    package static let attempts: Int64 = 10_000
    /// The longest that a peer's word keeps an entry fresh, in milliseconds.
    package static let freshnessMilliseconds: Int64 = 3600 * 1000
    /// Announcements that wait for their batch, over all topics; past it the oldest topic's batch is sent early.
    package static let waitingAnnouncements = 4096
    /// Topics whose rate is remembered.
    package static let pacedTopics = 4096
    /// Repositories that are compared with one peer at once.
    package static let syncShelves = 16_384
    /// Ranges of one repository that are compared; a power of two.
    package static let syncRanges = 1024
    /// The longest message that compares.
    package static let syncRequestBytes = 4 << 20
    /// How long a state that was seen is compared by itself, in seconds; older ones come with what shows them.
    package static let syncedStateSeconds = 3600
    /// The bytes of bodies that make a portion full; one body may be larger.
    package static let syncPortionBytes = 256 << 10
    /// The items that make a portion full.
    package static let syncPortionItems = 128
    /// The longest portion: a body, what is known of it, and a portion's worth of others.
    package static let syncPartBytes = responseBytes + (1 << 20)
    /// Authors whose pace is remembered.
    package static let pacedAuthors = 1024
    /// Announcements that an author may make at once, and how many more each second.
    package static let authorAnnouncements = (burst: 8192, perSecond: 512)
    /// Messages that someone who is no member may send at once, and how many more each second.
    package static let strangersMessages = (burst: 64, perSecond: 8)
    /// Bytes that an author may send at once, and how many more each second.
    package static let authorBytes = (burst: 32 << 20, perSecond: 4 << 20)
    /// Messages that are remembered so as to know them again.
    package static let rememberedMessages = 32_768
}
