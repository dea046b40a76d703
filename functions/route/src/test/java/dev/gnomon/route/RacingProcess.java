package dev.gnomon.route;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.filesystem.objects.DirectoryObjectStore;
import dev.gnomon.redis.RedisLink;
import dev.gnomon.redis.RedisRouteIndex;
import dev.gnomon.verification.routes.RouteRacer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/// A process of [RouteProcessRaceTest] with some racing threads. Says `ready`, waits for a line,
/// races, and prints a line `(racer) (epochs won)` for each thread.
final class RacingProcess {
  private RacingProcess() {}

  /// @param args directory of the store, Redis URL, resource, last epoch, name, threads
  public static void main(String[] args) throws Exception {
    ControlRecords records =
        new ControlRecords(
            DirectoryObjectStore.open(Path.of(args[0]), Clock.systemUTC()),
            () -> UUID.randomUUID().toString());
    StoreIdentity identity = StoreIdentity.of(records, UUID.randomUUID().toString());
    ResourceName resource = new ResourceName(args[2]);
    long last = Long.parseLong(args[3]);
    try (RedisLink link = RedisLink.open(args[1]);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      RouteTable table = new RouteTable(records, new RedisRouteIndex(link, () -> identity));
      table.current(resource);
      System.out.println("ready");
      System.in.read();
      List<Callable<String>> racers =
          IntStream.range(0, Integer.parseInt(args[5]))
              .mapToObj(thread -> args[4] + "." + thread)
              .map(name ->
                  (Callable<String>)
                      () -> name + " " + new RouteRacer(name, table, resource, last).run())
              .toList();
      for (var racer : threads.invokeAll(racers)) {
        System.out.println(racer.get());
      }
    }
  }
}
