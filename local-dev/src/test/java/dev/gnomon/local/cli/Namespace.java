package dev.gnomon.local.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A network namespace of its own, joined to this one by a cable (a veth pair). An address of this
/// side, the _cell_, is reached over the cable too, by a route that can be cut.
final class Namespace implements AutoCloseable {
  private final String name;
  private final String cable;
  private final String here;
  private final String cell;

  private Namespace(String name, String cable, String here, String cell) {
    this.name = name;
    this.cable = cable;
    this.here = here;
    this.cell = cell;
  }

  /// Skips the test, saying why, where there can be none.
  static void require(String test) throws Exception {
    String probe = "gnt" + ProcessHandle.current().pid() % 10_000 + "x";
    String reason = "";
    try {
      if (!tried("ip", "netns", "add", probe)) {
        reason = "network namespaces need root and their capabilities";
      }
      tried("ip", "netns", "del", probe);
    } catch (IOException e) {
      reason = "no iproute2 is installed";
    }
    if (!reason.isEmpty()) {
      System.out.println("SKIPPED " + test + ": " + reason);
    }
    assumeTrue(reason.isEmpty(), reason);
  }

  /// @param number 0 to 1, of this test's namespaces
  /// @param cell an address of this side
  static Namespace open(int number, String cell) throws Exception {
    long pid = ProcessHandle.current().pid();
    String name = "gnt" + pid % 10_000 + "n" + number;
    String net = "10.213." + (pid % 120 * 2 + number);
    Namespace opened = new Namespace(name, name + "h", net + ".1", cell);
    run("ip", "netns", "add", name);
    run("ip", "link", "add", name + "h", "type", "veth", "peer", "name", name + "p");
    run("ip", "link", "set", name + "p", "netns", name);
    run("ip", "addr", "add", net + ".1/24", "dev", name + "h");
    run("ip", "link", "set", name + "h", "up");
    opened.inside("ip", "addr", "add", net + ".2/24", "dev", name + "p");
    opened.inside("ip", "link", "set", name + "p", "up");
    opened.inside("ip", "link", "set", "lo", "up");
    opened.mend();
    return opened;
  }

  /// The address of this side of the cable.
  String here() {
    return here;
  }

  /// The way to the cell leads nowhere; that to [#here] goes on.
  void cut() throws Exception {
    inside("ip", "route", "replace", "blackhole", cell + "/32");
  }

  void mend() throws Exception {
    var unused = tried(command("ip", "route", "del", "blackhole", cell + "/32"));
    inside("ip", "route", "replace", cell + "/32", "via", here);
  }

  private void inside(String... words) throws Exception {
    run(command(words));
  }

  /// The command that runs another one inside.
  String[] command(String... words) {
    List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", name));
    command.addAll(List.of(words));
    return command.toArray(String[]::new);
  }

  static void run(String... words) throws Exception {
    if (!tried(words)) {
      throw new IOException("failed: " + String.join(" ", words));
    }
  }

  private static boolean tried(String... words) throws Exception {
    Process process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  @Override
  public void close() throws Exception {
    tried("ip", "link", "del", cable);
    tried("ip", "netns", "del", name);
  }
}
