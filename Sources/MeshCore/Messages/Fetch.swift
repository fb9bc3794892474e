package import CacheCore
package import Multiformats
import SwiftProtobuf

/// `/hookcache/fetch/1.0.0`: one peer is asked for a body by its CID, or for its newest copy of a resource.
package enum Fetch {
    /// The protocol's id.
    package static let protocolID = "/hookcache/fetch/1.0.0"

    /// What is asked.
    package enum Request: Hashable, Sendable {
        /// A body.
        case body(CID)
        /// The newest copy, with its body or only what is known of it.
        case copy(Representation, withBody: Bool)
    }

    /// What is answered.
    package enum Response: Sendable {
        /// The body that was asked for by its CID; not yet checked against it.
        case body([UInt8])
        /// The copy that was asked for; its body rides along where it was asked for too.
        case copy(EntryClaim)
        /// There is nothing that may be shared.
        case notFound
        /// Only members are answered.
        case refused
        /// Too much is being asked just now.
        case busy
    }
}

extension Fetch.Request {
    /// Reads a request.
    package init(decoding bytes: [UInt8]) throws(MeshError) {
        guard bytes.count <= Limits.requestBytes else { throw .tooLarge }
        guard let wire = try? WireFetchRequest(serializedBytes: bytes) else { throw .malformed }
        switch wire.what {
        case .cid(let bytes):
            guard let cid = try? CID(bytes: Array(bytes)) else { throw .missing("cid") }
            self = .body(cid)
        case .resource(let resource):
            guard let representation = Representation(resource) else { throw .missing("resource") }
            self = .copy(representation, withBody: !wire.withoutBody)
        case nil:
            throw .missing("what")
        }
    }

    /// The request's bytes.
    package var encoded: [UInt8] {
        let wire = WireFetchRequest.with {
            switch self {
            case .body(let cid):
                $0.cid = converted(cid.bytes)
            case .copy(let representation, let withBody):
                $0.resource = representation.wire
                $0.withoutBody = !withBody
            }
        }
        return wire.bytes
    }
}

extension Fetch.Response {
    /// Reads a response.
    package init(decoding bytes: [UInt8]) throws(MeshError) {
        guard bytes.count <= Limits.responseBytes else { throw .tooLarge }
        guard let wire = try? WireFetchResponse(serializedBytes: bytes) else { throw .malformed }
        switch wire.status {
        case .found:
            if wire.hasBody {
                self = .body(Array(wire.body))
            } else {
                guard wire.hasEntry, let claim = try EntryClaim(wire.entry) else { throw .missing("entry") }
                self = .copy(claim)
            }
        case .refused: self = .refused
        case .busy: self = .busy
        case .notFound, .unspecified, .UNRECOGNIZED: self = .notFound
        }
    }

    /// The response's bytes.
    package var encoded: [UInt8] {
        let wire = WireFetchResponse.with {
            switch self {
            case .body(let bytes):
                $0.status = .found
                $0.body = converted(bytes)
            case .copy(let claim):
                $0.status = .found
                $0.entry = claim.wire
            case .notFound: $0.status = .notFound
            case .refused: $0.status = .refused
            case .busy: $0.status = .busy
            }
        }
        return wire.bytes
    }
}
