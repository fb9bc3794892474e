import AsyncHTTPClient
import CacheCore
import Foundation
import NIOCore
import NIOHTTP1

/// Knocks at the webhook's public URL: an unsigned request, which the listener must refuse.
enum DoorKnock {
    /// What an answer may hold and how long it may take.
    enum Limits {
        static let answerBytes = 64 << 10
        static let wait = TimeAmount.seconds(10)
    }

    /// Sends one ping without a signature.
    static func knock(at url: String) async -> Checkup.DoorFinding {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = [
            "Content-Type": "application/json", "User-Agent": "hookcache/\(HookCache.version)",
            "X-GitHub-Event": "ping", "X-GitHub-Delivery": "hookcache-doctor-\(UUID().uuidString)",
        ]
        request.body = .bytes(ByteBuffer(string: "{}"))
        do {
            let response = try await ControlClient.http.execute(request, timeout: Limits.wait)
            let body = try await response.body.collect(upTo: Limits.answerBytes)
            let isRefusal = JSONValue(Array(buffer: body))?["error"]?.string != nil
            return .answered(status: Int(response.status.code), isRefusal: isRefusal)
        } catch let error as HTTPClientError where error == .connectTimeout || error == .deadlineExceeded {
            return .failed("it did not answer in time")
        } catch {
            return .failed("\(error)")
        }
    }
}
