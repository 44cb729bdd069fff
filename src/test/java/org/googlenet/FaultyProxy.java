package org.googlenet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between an HTTP client and a server, on loopback, and disturbs requests.
 *
 * <p>Which request is disturbed, and how, follows from a seed and the request's ordinal, so a run
 * whose client asks in the same order sees the same faults; or a test names the requests itself.
 * Each request goes to the server by a connection of its own.
 */
public final class FaultyProxy implements AutoCloseable {

  /** What can happen to a request. */
  public enum Fault {
    /** The connection ends before the server has seen anything. */
    CUT_BEFORE_REQUEST,
    /** The connection ends, on both sides, when half of the request's body has gone through. */
    CUT_IN_REQUEST,
    /** The server does what it was asked, and the connection ends before the answer. */
    LOST_ANSWER,
    /**
     * The connection ends in the middle of the answer's body, or in the first line of one without a
     * body. Not within the headers: the HTTP clients take what came of those for all, an object's
     * length with digits missing included.
     */
    CUT_IN_ANSWER,
    /** An answer 500 without the server. */
    ERROR_500,
    /** An answer 503 SlowDown, as S3 throttles. */
    SLOW_DOWN_503,
    /** The answer comes in small pieces with pauses. */
    SLOW_ANSWER
  }

  /** What a store says to every request until something about it is changed. */
  public enum Refusal {
    ACCESS_DENIED("403 Forbidden", "AccessDenied"),
    EXPIRED_TOKEN("400 Bad Request", "ExpiredToken"),
    UNKNOWN_KEY("403 Forbidden", "InvalidAccessKeyId"),
    CLOCK("403 Forbidden", "RequestTimeTooSkewed"),
    SLOW_DOWN("503 Slow Down", "SlowDown"),
    ERROR("500 Internal Server Error", "InternalError"),
    KEYS_OF_ENCRYPTION("400 Bad Request", "KMS.ThrottlingException"),
    QUOTA("403 Forbidden", "QuotaExceeded"),
    FULL("507 Insufficient Storage", "XMinioStorageFull"),
    /** No answer at all. */
    SILENCE("", "");

    private final String status;
    private final String code;

    Refusal(String status, String code) {
      this.status = status;
      this.code = code;
    }

    /** The store's word for it. */
    public String code() {
      return code;
    }
  }

  private static final long SLOW_PAUSE_MILLIS = 10;
  private static final int SLOW_PIECES = 20;

  private final ServerSocket listener;
  private final int serverPort;
  private final long seed;
  private final AtomicLong ordinal = new AtomicLong();
  private final RequestDelay delay = new RequestDelay();
  private final Map<Fault, AtomicInteger> counts = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Named> named = new ConcurrentLinkedQueue<>();
  private final Set<String> dropped = new ConcurrentSkipListSet<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "faulty proxy");
            thread.setDaemon(true);
            return thread;
          });

  private volatile Refusals refusals = new Refusals("no request has this", Refusal.SILENCE);
  private volatile String onlyKey = "";
  private volatile int percent;
  private volatile boolean closed;
  private volatile List<Fault> kinds = List.of(Fault.values());

  /** A fault for the next request whose first line contains a text. */
  private record Named(String requestLine, Fault fault) {}

  /** What is said to requests whose first line contains a text. */
  private record Refusals(String requestLine, Refusal refusal) {}

  private FaultyProxy(int serverPort, long seed) throws IOException {
    this.serverPort = serverPort;
    this.seed = seed;
    this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    for (Fault fault : Fault.values()) {
      counts.put(fault, new AtomicInteger());
    }
  }

  /** A proxy before a server on loopback; it disturbs nothing until it is told to. */
  public static FaultyProxy before(int serverPort, long seed) {
    try {
      FaultyProxy proxy = new FaultyProxy(serverPort, seed);
      proxy.threads.execute(proxy::listen);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Disturbs a share of all further requests.
   *
   * @param percentOfRequests 0 for none
   * @param faults the kinds to choose from; all if none is named
   */
  public void disturb(int percentOfRequests, Fault... faults) {
    kinds = faults.length == 0 ? List.of(Fault.values()) : List.of(faults);
    percent = percentOfRequests;
  }

  /** Disturbs the next request whose first line ({@code PUT /bucket/x HTTP/1.1}) has a text. */
  public void disturbNext(String inRequestLine, Fault fault) {
    named.add(new Named(inRequestLine, fault));
  }

  /** Says one thing to all requests whose first line has a text ("" for all). */
  public void refuse(String inRequestLine, Refusal refusal) {
    refusals = new Refusals(inRequestLine, refusal);
  }

  /** Refuses no more. */
  public void accept() {
    refuse("no request has this", Refusal.SILENCE);
  }

  /** From now on requests of every other access key are refused. */
  public void acceptOnly(String accessKey) {
    onlyKey = accessKey;
  }

  /** From now on each request waits for so long before the server sees it. */
  public void delay(Duration latency) {
    delay.set(latency);
  }

  /** The most requests so far that were under way at the same time. */
  public int mostAtOnce() {
    return delay.mostAtOnce();
  }

  /** Leaves a header out of all further requests, as a server does that does not know it. */
  public void dropHeader(String name) {
    dropped.add(name.toLowerCase(Locale.ROOT));
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** How many requests were disturbed in which way. */
  public Map<Fault, Integer> counts() {
    Map<Fault, Integer> now = new EnumMap<>(Fault.class);
    counts.forEach((fault, count) -> now.put(fault, count.get()));
    return now;
  }

  /** How many requests were disturbed. */
  public int faults() {
    return counts().values().stream().mapToInt(Integer::intValue).sum();
  }

  /** The first lines of the requests so far. */
  public List<String> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  @Override
  public void close() {
    closed = true;
    closeQuietly(listener);
    sockets.forEach(FaultyProxy::closeQuietly);
    threads.shutdownNow();
  }

  private void listen() {
    try {
      while (true) {
        Socket client = listener.accept();
        sockets.add(client);
        if (closed) { // who waits for a connection may still be given one after the listener's end
          client.close();
        }
        threads.execute(() -> serve(client));
      }
    } catch (IOException | RejectedExecutionException e) {
      // closed
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      RequestHead head = RequestHead.read(in);
      if (!head.isEmpty()) {
        requests.add(head.requestLine());
        delay.pass(() -> answer(head, in, client.getOutputStream()));
      }
    } catch (IOException e) {
      // One of both sides went away, which is what a cut looks like from here.
    } finally {
      sockets.remove(client);
    }
  }

  private void answer(RequestHead head, InputStream in, OutputStream out) throws IOException {
    Refusal refusal = refusalOf(head);
    if (refusal == null) {
      relay(head, in, out, faultOf(head.requestLine()));
    } else {
      refuse(head, in, out, refusal);
    }
  }

  /** Null for none. */
  private Refusal refusalOf(RequestHead head) {
    Refusals now = refusals;
    if (head.requestLine().contains(now.requestLine())) {
      return now.refusal();
    }
    return onlyKey.isEmpty() || head.isSignedBy(onlyKey) ? null : Refusal.UNKNOWN_KEY;
  }

  private static void refuse(RequestHead head, InputStream in, OutputStream out, Refusal refusal)
      throws IOException {
    if (refusal == Refusal.SILENCE) {
      in.transferTo(OutputStream.nullOutputStream()); // until the client goes
      return;
    }
    if (head.expectsContinue()) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
      out.flush();
    }
    copy(in, OutputStream.nullOutputStream(), head.contentLength());
    out.write(new S3Error(refusal.status, refusal.code, "not now").answer(head.asksForHead()));
    out.flush();
  }

  /** Null for none. */
  private Fault faultOf(String requestLine) {
    long number = ordinal.getAndIncrement();
    Fault fault = null;
    for (Named next : named) {
      if (requestLine.contains(next.requestLine()) && named.remove(next)) {
        fault = next.fault();
        break;
      }
    }
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + number);
    if (fault == null && random.nextInt(100) < percent) {
      fault = kinds.get(random.nextInt(kinds.size()));
    }
    if (fault != null) {
      counts.get(fault).incrementAndGet();
    }
    return fault;
  }

  private void relay(RequestHead head, InputStream in, OutputStream out, Fault fault)
      throws IOException {
    if (fault == Fault.CUT_BEFORE_REQUEST) {
      return;
    }
    long length = head.contentLength();
    if (head.expectsContinue()) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
      out.flush();
    }
    if (fault == Fault.ERROR_500 || fault == Fault.SLOW_DOWN_503) {
      copy(in, OutputStream.nullOutputStream(), length);
      out.write(error(fault).answer(head.asksForHead()));
      out.flush();
      return;
    }
    try (Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
      sockets.add(server);
      OutputStream toServer = server.getOutputStream();
      toServer.write(head.forServer(dropped));
      if (fault == Fault.CUT_IN_REQUEST) {
        copy(in, toServer, length / 2);
        toServer.flush();
        return;
      }
      copy(in, toServer, length);
      toServer.flush();
      answer(server.getInputStream(), out, fault);
      sockets.remove(server);
    }
  }

  private static void answer(InputStream fromServer, OutputStream out, Fault fault)
      throws IOException {
    if (fault == null) {
      fromServer.transferTo(out);
      out.flush();
      return;
    }
    byte[] answer = fromServer.readAllBytes();
    switch (fault) {
      case LOST_ANSWER -> {}
      case CUT_IN_ANSWER -> {
        int body = bodyOf(answer);
        out.write(answer, 0, body == answer.length ? 9 : (body + answer.length) / 2);
        out.flush();
      }
      case SLOW_ANSWER -> slowly(answer, out);
      default -> throw new IllegalArgumentException(fault.name());
    }
  }

  /** Where the body begins. */
  private static int bodyOf(byte[] answer) {
    int end = new String(answer, ISO_8859_1).indexOf("\r\n\r\n");
    return end < 0 ? answer.length : end + 4;
  }

  private static void slowly(byte[] answer, OutputStream out) throws IOException {
    int piece = answer.length / SLOW_PIECES + 1;
    for (int at = 0; at < answer.length; at += piece) {
      out.write(answer, at, Math.min(piece, answer.length - at));
      out.flush();
      RequestDelay.pause(SLOW_PAUSE_MILLIS);
    }
  }

  private static S3Error error(Fault fault) {
    return fault == Fault.SLOW_DOWN_503
        ? new S3Error("503 Slow Down", "SlowDown", "Please reduce your request rate.")
        : new S3Error(
            "500 Internal Server Error", "InternalError", "We encountered an internal error.");
  }

  private static void copy(InputStream in, OutputStream out, long length) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long left = length;
    while (left > 0) {
      int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (n < 0) {
        throw new EOFException("the client left");
      }
      out.write(buffer, 0, n);
      left -= n;
    }
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // It is gone.
    }
  }
}
