package import LibP2PCore
package import Multiformats

extension PubSub {
    /// A message of another author that waits to be judged.
    package struct Message: Sendable {
        /// Names it in the report.
        package let id: MessageID
        /// Who signed it.
        package let author: PeerID
        /// Who passed it on.
        package let source: PeerID
        /// Where it was published.
        package let topic: String
        /// The payload.
        package let data: [UInt8]
    }
}
