import CMosquitto

/// What is told to libmosquitto before the first attempt.
extension MQTTConnection {
    /// A session that ends with its connection would lose what arrives between two; this one never ends by itself.
    private static let sessionExpirySeconds = UInt32.max

    /// A longest message under a longest topic.
    private static let packetBytesLimit = UInt32(MQTTMessage.bytesLimit + (65 << 10))

    func configure() throws(MQTTError) {
        if settings.version == .v5 {
            try require(
                mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5), "version", "5")
        }
        if let credentials = settings.credentials {
            try require(
                mosquitto_username_pw_set(client, credentials.user, credentials.password), "password_file", "")
        }
        if let tls = settings.tls {
            let own = tls.certificate
            try require(
                mosquitto_tls_set(client, tls.caFile, nil, own?.file, own?.keyFile, nil), "tls",
                [tls.caFile, own?.file, own?.keyFile].compactMap { $0 }.joined(separator: ", "))
        }
        try require(leaveWill(), "status topic", settings.statusTopic ?? "")
        mosquitto_user_data_set(client, Unmanaged.passUnretained(self).toOpaque())
        installCallbacks()
    }

    private func require(_ code: Int32, _ key: String, _ value: String) throws(MQTTError) {
        guard code != MOSQ_ERR_SUCCESS.rawValue else { return }
        throw .setting(key, reason: (value.isEmpty ? "" : "\(value): ") + MQTTError.text(code))
    }

    /// Begins the first attempt without waiting for it.
    func connect() -> Int32 {
        if settings.version == .v5 { announce() }
        return mosquitto_connect_async(client, settings.host, Int32(settings.port), Int32(settings.keepAliveSeconds))
    }

    /// Puts session expiry, receive maximum and the longest packet into every CONNECT to come.
    ///
    /// Only the blocking connect takes properties, and it keeps them for later attempts before it looks at its other
    /// arguments: one that is invalid (a keep-alive of 1 s) makes it end there, without the network.
    private func announce() {
        // Opaque in C, and freed here whatever happened.
        var properties: OpaquePointer?
        defer { mosquitto_property_free_all(&properties) }
        if !settings.cleanSession {
            mosquitto_property_add_int32(
                &properties, Int32(MQTT_PROP_SESSION_EXPIRY_INTERVAL.rawValue), MQTTConnection.sessionExpirySeconds)
        }
        mosquitto_property_add_int32(
            &properties, Int32(MQTT_PROP_MAXIMUM_PACKET_SIZE.rawValue), MQTTConnection.packetBytesLimit)
        mosquitto_property_add_int16(
            &properties, Int32(MQTT_PROP_RECEIVE_MAXIMUM.rawValue), UInt16(MQTTConnection.batchLimit.messages))
        mosquitto_connect_bind_v5(client, settings.host, Int32(settings.port), 1, nil, properties)
    }
}
