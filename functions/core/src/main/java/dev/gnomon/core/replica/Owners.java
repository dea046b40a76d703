package dev.gnomon.core.replica;

/// Who works on a replica. A replica is a directory of one host, so its syncs run on that host.
public interface Owners {
  /// Name of this process; differs from that of every other, earlier or later process.
  String self();

  /// Whether the named process surely no longer runs. False if that can't be known.
  boolean gone(String owner);

  /// Names a process by host, process id and start time.
  ///
  /// @param host what a process id is unique in; two hosts, or two containers, never have the same
  static Owners ofThisProcess(String host) {
    ProcessHandle self = ProcessHandle.current();
    return new Owners() {
      @Override
      public String self() {
        return name(self);
      }

      @Override
      public boolean gone(String owner) {
        String[] parts = owner.split("/", -1);
        if (parts.length != 3 || !parts[0].equals(host)) {
          return false;
        }
        return ProcessHandle.of(Long.parseLong(parts[1]))
            .map(process -> !name(process).equals(owner))
            .orElse(true);
      }

      private String name(ProcessHandle process) {
        long started =
            process.info().startInstant().map(java.time.Instant::toEpochMilli).orElse(0L);
        return host + "/" + process.pid() + "/" + started;
      }
    };
  }
}
