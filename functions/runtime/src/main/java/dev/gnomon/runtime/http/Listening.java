package dev.gnomon.runtime.http;

import dev.gnomon.runtime.RuntimeSettings;
import dev.gnomon.runtime.settings.InvalidSettings;
import dev.gnomon.runtime.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/// Where this process listens, and whether it may do so as it is set. Whoever runs a container
/// without a word about tokens shall not find out later that everybody could roll back.
@Singleton
public class Listening {
  private static final Logger LOG = Logger.getLogger(Listening.class);
  private static final String HOST = "quarkus.http.host";

  private final String host;
  private final boolean mayBeOpen;

  @Inject
  Listening(Config config, Settings settings) {
    this(
        config.getOptionalValue(HOST, String.class).orElse("0.0.0.0"),
        settings.get(RuntimeSettings.API_OPEN));
  }

  /// @param mayBeOpen whether somebody said so
  Listening(String host, boolean mayBeOpen) {
    this.host = host;
    this.mayBeOpen = mayBeOpen;
  }

  /// @throws InvalidSettings if others than this machine could ask and change without a token and
  ///   nobody said that they may, or if it was said beside tokens
  void permit(ApiDoor door) {
    if (door.guards() && mayBeOpen) {
      throw new InvalidSettings(
          List.of(
              "%s: true and tokens (%s, %s) contradict each other; set one of both"
                  .formatted(open(), read(), write())));
    }
    if (door.guards() || isLoopback()) {
      return;
    }
    if (!mayBeOpen) {
      throw new InvalidSettings(
          List.of(
              "%s and %s: expected tokens, found none, and the API would be open to whoever reaches %s; set both to env:NAME or file:PATH, or listen on 127.0.0.1 (%s), or say %s=true"
                  .formatted(read(), write(), host, HOST, open())));
    }
    LOG.warnf(
        "the API listens on %s without tokens (%s=true): whoever reaches it may pause automation, plan and roll back",
        host, open());
  }

  /// Says at the start what is taken from whoever reaches this process, if others may.
  ///
  /// @param what is taken, such as `telemetry`
  /// @param setting that would ask for a token
  public void warnIfReached(String what, String setting) {
    if (!isLoopback()) {
      LOG.warnf(
          "%s is taken from whoever reaches %s: %s asks for no token; set it, or let nobody reach it by a NetworkPolicy",
          what, host, setting);
    }
  }

  private static String open() {
    return RuntimeSettings.API_OPEN.key();
  }

  private static String read() {
    return RuntimeSettings.READ_TOKENS.key();
  }

  private static String write() {
    return RuntimeSettings.WRITE_TOKENS.key();
  }

  /// A name that can't be resolved may be anything.
  private boolean isLoopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
