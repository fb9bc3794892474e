import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// A JSON answer.
    static func json(_ status: HTTPResponse.Status, _ value: JSONValue, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "application/json; charset=utf-8"
        headers[.xContentTypeOptions] = "nosniff"
        return Response(
            status: status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.bytes))
        )
    }

    /// A refusal of the webhook listener or the control API.
    static func error(_ status: HTTPResponse.Status, _ message: String, headers: HTTPFields = [:]) -> Response {
        json(status, ["error": .string(message)], headers: headers)
    }

    /// An error in GitHub's shape; where nothing else is said, this cache made it itself: neither a hit nor forwarded.
    static func gitHubError(_ status: HTTPResponse.Status, _ message: String, headers: HTTPFields = [:]) -> Response {
        let value: JSONValue = [
            "message": .string(message), "documentation_url": "https://docs.github.com/rest",
            "status": .string("\(status.code)"),
        ]
        var headers = headers
        if headers[.cacheStatus] == nil { headers[.cacheStatus] = "hookcache" }
        return json(status, value, headers: headers)
    }

    /// The same answer, to a request for its headers only.
    func withoutBody(_ isHead: Bool) -> Response {
        isHead ? createHeadResponse() : self
    }
}

extension HTTPField.Name {
    static let cacheStatus = name("Cache-Status")
    static let cid = name("X-Hookcache-CID")
    static let gitHubMediaType = name("X-GitHub-Media-Type")
    static let apiVersion = name("X-GitHub-Api-Version")
    static let apiVersionSelected = name("X-GitHub-Api-Version-Selected")
    static let host = name("Host")
    static let ghCacheTTL = name("X-GH-Cache-TTL")
    static let forwardedProto = name("X-Forwarded-Proto")
    static let oneTimePassword = name("X-GitHub-OTP")
    static let gitHubEvent = name("X-GitHub-Event")
    static let gitHubDelivery = name("X-GitHub-Delivery")
    static let gitHubHookID = name("X-GitHub-Hook-ID")
    static let hubSignature = name("X-Hub-Signature-256")
    static let pragma = name("Pragma")
    static let methodOverride = name("X-HTTP-Method-Override")
    static let link = name("Link")

    /// A name that is written in this file, and therefore a token.
    private static func name(_ text: String) -> HTTPField.Name {
        HTTPField.Name(text) ?? .via
    }
}

extension HTTPFields {
    /// Sets a field whose name or value came from elsewhere; what is no valid field is left out.
    mutating func set(_ name: String, _ value: String) {
        guard let name = HTTPField.Name(name), HTTPField.isValidValue(value) else { return }
        self[name] = value
    }

    /// Sets a field whose value came from elsewhere; nil and what is no valid value are left out.
    mutating func set(_ name: HTTPField.Name, _ value: String?) {
        guard let value, HTTPField.isValidValue(value) else { return }
        self[name] = value
    }
}
