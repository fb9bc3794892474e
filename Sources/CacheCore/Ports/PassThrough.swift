package import GitHubCore

/// A request that is handed on as it came.
package struct PassThroughRequest: Sendable {
    /// The method, such as `GET`.
    package let method: String
    /// Which of GitHub's hosts it is for; nil for the API.
    package let host: FileHost?
    /// The path and query exactly as the client sent them, without a prefix such as `/api/v3`.
    package let target: String
    /// The client's headers that go on, in order, hop-by-hop ones left out.
    package let headers: [(name: String, value: String)]
    /// The body as it arrives.
    package let body: AsyncThrowingStream<[UInt8], any Error>
    /// The body's length where the client told it, in bytes.
    package let contentLength: Int?

    /// A request.
    package init(
        method: String,
        host: FileHost? = nil,
        target: String,
        headers: [(name: String, value: String)],
        body: AsyncThrowingStream<[UInt8], any Error>,
        contentLength: Int?
    ) {
        self.method = method
        self.host = host
        self.target = target
        self.headers = headers
        self.body = body
        self.contentLength = contentLength
    }
}

/// GitHub's answer, handed back as it comes.
package struct PassThroughResponse: Sendable {
    /// The HTTP status.
    package let status: Int
    /// The headers that go back, in order, hop-by-hop ones left out.
    package let headers: [(name: String, value: String)]
    /// The body as it arrives; pulled at the client's pace.
    package let body: AsyncThrowingStream<[UInt8], any Error>

    /// An answer.
    package init(
        status: Int,
        headers: [(name: String, value: String)],
        body: AsyncThrowingStream<[UInt8], any Error>
    ) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Hands requests on to GitHub untouched, streaming both ways.
package protocol PassThrough: Sendable {
    /// Sends a request and returns as soon as GitHub's headers are there; redirects are not followed.
    func forward(_ request: PassThroughRequest) async throws(OriginFailure) -> PassThroughResponse
}
