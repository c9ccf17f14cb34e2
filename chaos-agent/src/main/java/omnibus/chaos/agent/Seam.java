package omnibus.chaos.agent;

/** Where the traffic of a JVM with other JVMs passes, and what is woven in there so that a cut of its {@link Line} holds. */
enum Seam {
    HAZELCAST_SENDS(
            "com.hazelcast.internal.server.tcp.TcpServerConnection",
            "write(OutboundFrame)",
            CutAdvice.SendPacket.class),
    HAZELCAST_HEARS(
            "com.hazelcast.internal.server.tcp.PacketDecoder", "onPacketComplete(Packet)", CutAdvice.HearPacket.class),
    /** Messages, answers and pings. */
    BUS_SENDS(Seam.BUS + "OutboundConnection", "writeMessage(MessageImpl)", CutAdvice.SendMessage.class),
    BUS_HEARS(Seam.BUS + "InboundConnection", "handle(Buffer)", CutAdvice.HearBytes.class),
    BUS_HEARS_PONGS(Seam.BUS + "OutboundConnection", "handle(Buffer)", CutAdvice.HearBytes.class),
    /** The platform's look whether there is still anything where a member was. */
    PROBE("omnibus.platform.Cluster", "answers(NetClient,SocketAddress)", CutAdvice.Probe.class);

    private static final String BUS = "io.vertx.core.eventbus.impl.clustered.";

    private final String className;
    private final String signature;
    private final Class<?> advice;

    Seam(String className, String signature, Class<?> advice) {
        this.className = className;
        this.signature = signature;
        this.advice = advice;
    }

    String className() {
        return className;
    }

    /** As in {@link Boundary#signature()}. */
    String signature() {
        return signature;
    }

    Class<?> advice() {
        return advice;
    }
}
