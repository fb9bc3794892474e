import CacheCore
import GitHubCore
@testable import MeshCore
import Multiformats

func peer(_ number: UInt8) -> PeerID {
    PeerID(publicKeyMessage: [0x08, 0x01, 0x12, 0x20] + Array(repeating: number, count: 32))
}

enum Sample {
    static let now = Timestamp(milliseconds: 1_800_000_000_000)

    static func repository(_ text: String = "octo/hello") throws -> RepositoryName {
        guard let name = RepositoryName(text) else { throw MeshError.missing(text) }
        return name
    }

    static func run(
        _ id: Int64 = 7,
        repository: String = "octo/hello",
        isPrivate: Bool = false,
        updatedAt: Timestamp = now
    ) -> Body {
        let text = #"""
            {"id":\#(id),"run_attempt":1,"status":"queued","updated_at":"\#(updatedAt.rfc3339)",
            "repository":{"full_name":"\#(repository)","private":\#(isPrivate)}}
            """#
        return Body(Array(text.utf8))
    }

    static func event(
        _ body: Body = run(),
        kind: ObjectKind = .run,
        repository: String = "octo/hello",
        delivery: String = "5f8a1f60-7a3c-11ee-8c99-0242ac120002",
        acceptedAt: Timestamp = now,
        isPrivate: Bool = false
    ) throws -> Claim {
        guard let id = DeliveryID(delivery) else { throw MeshError.missing(delivery) }
        let claim = Claim(
            .event(
                SharedObject(
                    repository: try self.repository(repository),
                    kind: kind,
                    body: body,
                    delivery: id,
                    deploymentUpdatedAt: nil,
                    acceptedAt: acceptedAt,
                    isPrivate: isPrivate
                )
            )
        )
        guard let claim else { throw MeshError.missing("claim") }
        return claim
    }

    static func entry(
        _ path: String = "/repos/octo/hello/actions/runs",
        body: Body = Body(Array(#"{"total_count":0}"#.utf8)),
        status: Int = 200,
        audience: Audience = .public,
        standing: Standing = .sound,
        validatedAt: Timestamp = now
    ) throws -> Entry {
        guard let resource = Resource(path) else { throw MeshError.missing(path) }
        return Entry(
            key: ResourceKey(Representation(resource), audience: audience),
            status: status,
            cid: body.cid,
            size: body.bytes.count,
            headers: EntryHeaders(etag: "\"mine\"", lastModified: "then", link: "<https://x>; rel=\"next\""),
            validatedAt: validatedAt,
            freshUntil: validatedAt.advanced(bySeconds: 120),
            source: .upstream,
            standing: standing
        )
    }
}

extension EntryClaim {
    func with(_ body: BodyClaim) -> EntryClaim {
        EntryClaim(
            representation: self.representation,
            audience: self.audience,
            status: self.status,
            headers: self.headers,
            validatedAt: self.validatedAt,
            freshUntil: self.freshUntil,
            body: body
        )
    }
}
