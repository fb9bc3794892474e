/// What can be wrong with an RPC or with something that is to be published.
package enum GossipError: Error, Equatable {
    /// The bytes are no RPC.
    case malformed
    /// The RPC or the message is over its limit.
    case tooLarge
    /// The RPC has more elements than any honest peer sends.
    case tooManyElements
    /// This node follows as many topics as it may, or the topic's name is too long.
    case tooManyTopics
    /// The node's own key refused to sign.
    case unsignable
}
