package dev.gnomon.bench.harness;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What figures depend on. Carries no names of hosts, users or paths: reports are published.
///
/// @param cpu the model as the system names it, or else the architecture
/// @param cores that this process may use
/// @param memoryBytes that this process may use
/// @param kernel name and release
/// @param jdk version of the one that runs this
public record Machine(String cpu, int cores, long memoryBytes, String kernel, String jdk) {
  private static final Pattern MODEL = Pattern.compile("(?m)^model name\\s*:\\s*(\\S.*?)\\s*$");

  public static Machine here() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new Machine(
        cpu(Path.of("/proc/cpuinfo")).orElseGet(() -> System.getProperty("os.arch")),
        Runtime.getRuntime().availableProcessors(),
        system.getTotalMemorySize(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vendor.version", Runtime.version().toString()));
  }

  static Optional<String> cpu(Path cpuinfo) {
    try {
      Matcher matcher = MODEL.matcher(Files.readString(cpuinfo, StandardCharsets.ISO_8859_1));
      return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
