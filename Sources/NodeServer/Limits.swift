import GitHubCore

/// The bounds of the listeners.
package struct Limits: Sendable {
    /// Bytes of one delivery: GitHub sends no larger one.
    package var webhookBody = 25 * 1_048_576
    /// Bytes of all deliveries that are being read at once; past it a delivery is answered 503.
    package var webhookBodiesInFlight = 256 * 1_048_576
    /// How long a delivery's body may take; GitHub itself waits 10 seconds for the answer.
    package var webhookBodyTime = Duration.seconds(30)
    /// Seconds after which a delivery that was answered 503 for want of memory may be tried again.
    package var webhookRetryAfter = 60
    /// Connections of one listener; the next ones wait in the backlog.
    package var connections = 1024
    /// Connections that wait to be accepted; over the Unix socket one more is refused, and the system may allow fewer.
    package var waitingConnections = 1024
    /// How long a connection may be idle between requests, or a request stand still.
    package var idleTime = Duration.seconds(60)
    /// How long a refused client may go on sending before its connection is cut.
    package var lingerTime = Duration.seconds(2)
    /// Bytes of one header field.
    package var headerField = 16 * 1024
    /// Bytes of all header fields.
    package var headerList = 64 * 1024
    /// Header fields of one request.
    package var headerFields = 128
    /// Bytes of a control request's body.
    package var controlBody = 1_048_576
    /// How long a control request's body may take.
    package var controlBodyTime = Duration.seconds(10)
    /// Bytes of a query; a larger one passes through.
    package var queryBody = GraphQL.Limits.bodyBytes
    /// Bytes of all queries that are being read or answered at once; past it a query is answered 503.
    package var queryBodiesInFlight = 64 * 1_048_576
    /// How long a query's body may take.
    package var queryBodyTime = Duration.seconds(10)
    /// Seconds after which a query that was answered 503 for want of memory may be tried again.
    package var queryRetryAfter = 5
    /// Bytes up to which a JSON body that passes through has its URLs rewritten.
    package var rewrittenPassThrough = 1_048_576
    /// Bytes from which a body is worth compressing.
    package var compressedFrom = 1024
    /// Bytes of the bodies that one listener holds as clients last saw them: rewritten to their address, or compressed.
    package var renditionBytes = 16 * 1_048_576
    /// How many of them.
    package var renditions = 4096
    /// Deliveries in one answer of the control API.
    package var deliveriesPage = 1000
    /// Entries of one page of the control API.
    package var entriesPage = 1000
    /// Repositories and resources of one prewarm.
    package var prewarmed = 1000
    /// Events that wait for one slow reader.
    package var waitingEvents = 256
    /// Readers of the events at once.
    package var eventReaders = 64
    /// How often an idle stream of events says that it is alive.
    package var heartbeat = Duration.seconds(15)

    /// The defaults.
    package init() {}
}
