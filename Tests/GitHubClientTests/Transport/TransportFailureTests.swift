import AsyncHTTPClient
import CacheCore
import NIOCore
import NIOHTTP1
import Testing

@testable import GitHubClient

@Suite struct TransportFailureTests {
    @Test(arguments: [
        HTTPClientError.readTimeout, .writeTimeout, .deadlineExceeded, .tlsHandshakeTimeout,
        .getConnectionFromPoolTimeout,
    ])
    func waitingTooLongIsATimeout(error: HTTPClientError) {
        let failure = TransportFailure(error, status: nil)
        #expect(failure.failure == .timedOut)
        #expect(!failure.isReset)
        #expect(failure.stage == .sent)
        #expect(TransportFailure(error, status: 200).failure == .timedOut)
    }

    @Test func aConnectionThatTakesTooLongSendsNothing() {
        for error in [HTTPClientError.connectTimeout, ChannelError.connectTimeout(.seconds(2))] as [any Error] {
            let failure = TransportFailure(error, status: nil)
            #expect(failure.failure == .timedOut)
            #expect(failure.stage == .unsent)
        }
    }

    @Test func aBrokenConnectionIsAReset() {
        let errors: [any Error] = [
            HTTPClientError.remoteConnectionClosed, IOError(errnoCode: 104, reason: "read"),
            IOError(errnoCode: 32, reason: "write"), ChannelError.eof,
        ]
        for error in errors {
            let failure = TransportFailure(error, status: nil)
            #expect(failure.isReset)
            #expect(failure.stage == .sent)
        }
        #expect(!TransportFailure(IOError(errnoCode: 111, reason: "connect"), status: nil).isReset)
    }

    @Test func afterTheHeadItIsTheAnswerThatIsDamaged() {
        for error in [HTTPClientError.remoteConnectionClosed, Gunzip.Failure.damaged] as [any Error] {
            let failure = TransportFailure(error, status: 206)
            guard case .unusable(206, _) = failure.failure else {
                Issue.record("no damage")
                continue
            }
            #expect(failure.stage == .answered)
            #expect(!failure.isReset)
        }
    }

    @Test func whoGivesUpOrAsksNonsenseTellsNothingOfGitHub() {
        for error in [CancellationError(), HTTPClientError.cancelled, HTTPClientError.invalidURL] as [any Error] {
            #expect(!TransportFailure(error, status: nil).tellsOfGitHub)
        }
        #expect(TransportFailure(CancellationError(), status: nil).stage == .sent, "GitHub may have seen it")
        for error in [HTTPClientError.readTimeout, HTTPClientError.remoteConnectionClosed] {
            #expect(TransportFailure(error, status: nil).tellsOfGitHub)
        }
        #expect(TransportFailure(IOError(errnoCode: 111, reason: "connect"), status: nil).tellsOfGitHub)
    }

    @Test func aRefusedConnectionIsToldInTheSystemsWords() {
        let failure = TransportFailure(IOError(errnoCode: 111, reason: "connection reset (error set)"), status: nil)
        #expect(failure.failure == .unreachable("connection refused"))
    }

    @Test func headerValuesAreNotQuoted() {
        let error = HTTPClientError.invalidHeaderFieldValues(["Bearer ghp_hidden"])
        #expect("\(error)".contains("ghp_hidden"))
        #expect(!"\(TransportFailure(error, status: nil))".contains("ghp_hidden"))
    }
}
