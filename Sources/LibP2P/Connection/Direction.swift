/// Which side opened a connection.
package enum Direction: String, Sendable {
    /// The peer dialled.
    case inbound
    /// This node dialled.
    case outbound
}
