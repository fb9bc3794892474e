package import GitHubCore

extension SimulatedGitHub {
    /// Answers a request.
    package mutating func respond(to request: Request, at now: Timestamp) -> Response {
        let halves = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = String(halves.first ?? "").removingPrefix("/api/v3")
        let fault = faults.takeFault(path: request.target)
        if fault == .reset { return Response(status: 0, headers: [], body: [], manner: .reset) }
        if isForStorage(request, path: path) { return answerFromStorage(request, fault, now) }
        var headers = standardHeaders(at: now, isGraphQL: Meter.Kind(method: request.method, path: path) == .graphql)
        guard let agent = request.headers.first("User-Agent"), !agent.isEmpty else {
            let text =
                "Request forbidden by administrative rules. Please make sure your request has a User-Agent header"
            return plain(403, headers, text)
        }
        let known = caller(of: request, at: now)
        let caller = known ?? Caller(meterKey: "address \(request.address)")
        let kind = Meter.Kind(method: request.method, path: path)
        let key = MeterKey(caller: caller.meterKey, kind: kind)
        var meter = meters[key] ?? Meter(kind, limit: limit(of: caller, kind), at: now)
        meter.move(to: now)

        let query = halves.count == 2 ? String(halves[1]) : ""
        var points = path == "/rate_limit" ? 0 : 1
        var answer: Answer
        var refusal: Refusal?
        do throws(Refusal) {
            try admit(request, caller: caller, isKnown: known != nil, isCounted: points > 0, &meter, fault, now)
            meters[key] = meter
            let version = try version(of: request)
            headers.append(HeaderField("x-github-api-version-selected", version))
            if kind == .graphql {
                (answer, points) = try answerGraphQL(request, caller, budget: meter.rateLimit, at: now)
            } else {
                let text = query.isEmpty ? path : "\(path)?\(query)"
                let root = path.isEmpty || path == "/" ? RequestTarget(segments: [], query: []) : nil
                guard let target = root ?? RequestTarget(text) else { throw .notFound }
                let call = Call(
                    request: request,
                    caller: caller,
                    now: now,
                    isNewVersion: version != Self.oldVersion,
                    query: target.query,
                    rawQuery: query,
                    linkPath: path
                )
                answer = try route(call, target.segments)
            }
        } catch {
            refusal = error
            answer = Answer(status: error.status, body: error.body, location: error.location, isCacheable: false)
        }

        var response = Response(status: answer.status, headers: headers, body: body(of: answer, agent: agent))
        addValidators(to: &response, answer, request, caller)
        // A validator that holds costs nothing, but only with a credential; nor does what a limit refuses.
        let isLimited = refusal.map { $0.message.contains("rate limit") } ?? false
        if isLimited || response.status == 304 && caller.isAuthenticated { points = 0 }
        meter.count(points)
        meters[key] = meter
        response.headers += scopeHeaders(caller, path: path)
        response.headers += meter.rateLimit.headers.map { HeaderField($0.name, $0.value) }
        response.headers += refusal?.headers ?? []
        if request.method == "HEAD" { response.body = [] }
        spoil(&response, fault)
        calls.append(
            CallLog.Entry(
                time: now,
                method: request.method,
                target: request.target,
                status: response.status,
                login: known?.token?.login,
                isCounted: points > 0
            )
        )
        return response
    }

    private static let oldVersion = "2022-11-28"

    /// Refuses credentials that are none, and callers beyond a limit.
    private func admit(
        _ request: Request,
        caller: Caller,
        isKnown: Bool,
        isCounted: Bool,
        _ meter: inout Meter,
        _ fault: Faults.OfAnswers?,
        _ now: Timestamp
    ) throws(Refusal) {
        if case .serverError(let status) = fault { throw Refusal(status, "Server Error") }
        if case .secondaryLimit(let seconds) = fault { throw secondaryLimit(seconds.map { Int64($0) }) }
        guard request.atOnce <= configuration.requestsAtOnce else { throw secondaryLimit(nil) }
        let isGraphQL = meter.kind == .graphql
        let isWrite = isGraphQL ? request.isMutation : request.method != "GET" && request.method != "HEAD"
        let most = isGraphQL ? configuration.graphQLPointsPerMinute : configuration.pointsPerMinute
        if let wait = meter.addPoints(isWrite ? 5 : 1, of: most, at: now) { throw secondaryLimit(wait) }
        // GraphQL says so in words of its own.
        if isCounted, !isGraphQL, meter.isSpent {
            let who = caller.token.map { "user ID \(account($0.login)?.id ?? 0)" } ?? request.address
            var limit = Refusal(403, "API rate limit exceeded for \(who).")
            limit.documentation = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api"
            throw limit
        }
        guard isKnown else { throw Refusal(401, "Bad credentials") }
        if let refusal = caller.refusal { throw refusal }
    }

    private func secondaryLimit(_ seconds: Int64?) -> Refusal {
        let text = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
        var limit = Refusal(403, text)
        limit.documentation =
            "https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"
        limit.headers = seconds.map { [HeaderField("Retry-After", "\($0)")] } ?? []
        return limit
    }

    private func version(of request: Request) throws(Refusal) -> String {
        let wanted = request.headers.first("X-GitHub-Api-Version") ?? Self.oldVersion
        guard [Self.oldVersion, "2026-03-10"].contains(wanted) else {
            throw Refusal(400, "\"\(wanted.prefix(32))\" is not a supported version.")
        }
        return wanted
    }

    private func limit(of caller: Caller, _ kind: Meter.Kind) -> Int {
        switch kind {
        case .core where !caller.isAuthenticated: configuration.anonymousCallsPerHour
        case .core: caller.token?.callsPerHour ?? configuration.callsPerHour
        case .graphql: caller.isAuthenticated ? configuration.graphQLPointsPerHour : 0
        case .runnerRegistration: Limits.runnerRegistrations
        }
    }

    /// What a caller has left of a kind; all of it where nothing was asked yet.
    func budget(of caller: Caller, _ kind: Meter.Kind, at now: Timestamp) -> RateLimit {
        let key = MeterKey(caller: caller.meterKey, kind: kind)
        var meter = meters[key] ?? Meter(kind, limit: limit(of: caller, kind), at: now)
        meter.move(to: now)
        return meter.rateLimit
    }

    private mutating func standardHeaders(at now: Timestamp, isGraphQL: Bool) -> [HeaderField] {
        let number = UInt64(bitPattern: makeID(.request))
        let hex = [
            number, number &* 0x9E37 & 0xFF_FFFF, number &* 0x79B9 & 0xFFF_FFFF, UInt64(bitPattern: now.seconds),
        ]
        return [
            HeaderField("Server", "github.com"), HeaderField("Date", HTTPDate.text(now.seconds)),
            HeaderField("Access-Control-Allow-Origin", "*"), HeaderField("X-Content-Type-Options", "nosniff"),
            HeaderField("X-GitHub-Media-Type", "github.v\(isGraphQL ? 4 : 3); format=json"),
            HeaderField(
                "X-GitHub-Request-Id",
                hex.map { String($0, radix: 16, uppercase: true) }.joined(separator: ":")
            ),
        ]
    }

    /// What a classic token may do, and what the endpoint would take.
    private func scopeHeaders(_ caller: Caller, path: String) -> [HeaderField] {
        guard let scopes = caller.token?.scopes else { return [] }
        return [
            HeaderField("X-OAuth-Scopes", scopes.joined(separator: ", ")),
            HeaderField("X-Accepted-OAuth-Scopes", path.hasPrefix("/repo") ? "repo" : ""),
        ]
    }

    private func plain(_ status: Int, _ headers: [HeaderField], _ text: String) -> Response {
        Response(status: status, headers: headers + [HeaderField("Content-Type", "text/html")], body: Array(text.utf8))
    }

    /// GitHub spaces its JSON out for people.
    private func body(of answer: Answer, agent: String) -> [UInt8] {
        if let download = answer.download { return download.bytes }
        let isPerson = ["curl", "Wget", "Safari", "Firefox"].contains { agent.contains($0) }
        return (isPerson ? answer.body?.pretty : answer.body?.compact) ?? []
    }

    private func addValidators(
        to response: inout Response,
        _ answer: Answer,
        _ request: Request,
        _ caller: Caller
    ) {
        let type = answer.download?.type ?? answer.body.map { _ in "application/json; charset=utf-8" }
        if let type { response.headers.append(HeaderField("Content-Type", type)) }
        if answer.download != nil, let index = response.headers.firstIndex(where: { $0.name == "X-GitHub-Media-Type" })
        {
            response.headers[index].value = "github.v3; param=raw"
        }
        let isOK = (200...299).contains(answer.status) && type != nil
        let audience = caller.isAuthenticated ? "private" : "public"
        if isOK {
            let control = answer.isCacheable ? "\(audience), max-age=60, s-maxage=60" : "no-cache"
            response.headers.append(HeaderField("Cache-Control", control))
            let authorization = caller.isAuthenticated ? "Authorization, " : ""
            response.headers.append(HeaderField("Vary", "Accept, \(authorization)Cookie, X-GitHub-OTP"))
        }
        response.headers.append(HeaderField("Vary", "Accept-Encoding, Accept, X-Requested-With"))
        if let link = answer.link { response.headers.append(HeaderField("Link", link.headerValue)) }
        if let location = answer.location { response.headers.append(HeaderField("Location", location)) }
        if let time = answer.lastModified {
            response.headers.append(HeaderField("Last-Modified", HTTPDate.text(time.seconds)))
        }
        guard isOK, answer.isCacheable, answer.status == 200 else { return }
        let etag = ETagFormula.etag(
            of: response.body,
            accept: request.headers.first("Accept"),
            authorization: request.headers.first("Authorization"),
            cookie: request.headers.first("Cookie")
        )
        guard let tags = request.headers.first("If-None-Match"), ETagFormula.matches(ifNoneMatch: tags, etag: etag)
        else {
            return response.headers.append(HeaderField("ETag", etag))
        }
        response.status = 304
        response.body = []
        response.headers.removeAll { $0.name == "Content-Type" || $0.name == "Link" && !configuration.repeatsLink }
        response.headers.append(HeaderField("ETag", etag.removingPrefix("W/")))
    }

    /// Lets an answer go wrong on its way.
    func spoil(_ response: inout Response, _ fault: Faults.OfAnswers?) {
        switch fault {
        case .html:
            response.status = 502
            response.headers = [HeaderField("Content-Type", "text/html"), HeaderField("Server", "github.com")]
            response.body = Array("<!DOCTYPE html><html><title>Unicorn!</title><p>Oh no</p></html>\n".utf8)
        case .truncated: response.manner = .truncated(after: response.body.count / 2)
        case .slow(let milliseconds): response.manner = .late(milliseconds: milliseconds)
        case nil, .serverError, .secondaryLimit, .reset: return
        }
    }
}

extension String {
    /// This text without a prefix, where it has it.
    func removingPrefix(_ prefix: String) -> String {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self
    }
}
