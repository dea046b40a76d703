package dev.gnomon.bench.scenarios;

import static dev.gnomon.bench.scenarios.Dial.*;
import static dev.gnomon.bench.scenarios.Scenario.Expected.SWITCH;
import static dev.gnomon.bench.scenarios.Scenario.Expected.WARN;

import dev.gnomon.bench.scenarios.Strain.Seat;
import java.util.List;

/// Scenarios in which users are failed in the end, written before anybody looked at what the model
/// was trained on.
final class Failures {
  private Failures() {}

  static List<Scenario> all() {
    return List.of(
        Scenario.of(
                "gradual-latency", SWITCH, 330, "capacity leaks away over four and a half hours")
            .with(RISE_MINUTES, 270)
            .with(CAPACITY_LEFT, 0.045)
            .by((minute, dials, strain) -> {
              double risen = Script.rise(minute, dials.of(RISE_MINUTES));
              strain.capacity = 1 - (1 - dials.of(CAPACITY_LEFT)) * risen;
            }),
        Scenario.of("error-burst", SWITCH, 70, "errors in three steps, then most requests fail")
            .with(RISE_MINUTES, 6)
            .with(ERROR_SHARE, 0.66)
            .by((minute, dials, strain) -> {
              int step = (int) (3 * minute / dials.of(RISE_MINUTES));
              double all = dials.of(ERROR_SHARE);
              strain.errors = step < 3 ? all * (step + 1) / 12.0 : all;
            }),
        Scenario.of(
                "disk-wear", SWITCH, 900, "a disk reallocates sectors faster and faster, then dies")
            .with(RISE_MINUTES, 780)
            .with(REALLOCATED_SECTORS, 120)
            .with(IO_WAIT, 26)
            .by((minute, dials, strain) -> {
              double risen = Script.rise(minute, dials.of(RISE_MINUTES));
              strain.sectors = dials.of(REALLOCATED_SECTORS) * Math.pow(risen, 3);
              strain.ioWait = 1 + (dials.of(IO_WAIT) - 1) * Math.pow(risen, 2);
              strain.serviceTime = 1 + 0.04 * strain.ioWait;
              strain.both = true;
              if (risen >= 1) {
                strain.errors = 0.9;
                strain.storeGone = true;
              }
            }),
        Scenario.of(
                "silent-corruption",
                SWITCH,
                430,
                "a deploy writes wrong bytes; logs complain, then checks fail")
            .with(RISE_MINUTES, 250)
            .with(ERROR_LINES, 2.7)
            .with(ERROR_SHARE, 0.027)
            .returning()
            .by((minute, dials, strain) -> {
              strain.seat = Seat.CONTENT;
              strain.deploys = minute == 0;
              strain.corrupts = minute >= 1;
              double risen = Script.rise(minute, dials.of(RISE_MINUTES));
              strain.errorLines = 1 + (dials.of(ERROR_LINES) - 1) * risen;
              strain.errors = minute >= 40 ? dials.of(ERROR_SHARE) * risen : 0;
              strain.harms = minute >= dials.of(RISE_MINUTES);
            }),
        Scenario.of(
                "bad-deploy", SWITCH, 120, "a deploy fails requests as its instances are replaced")
            .with(RISE_MINUTES, 6)
            .with(ERROR_SHARE, 0.72)
            .returning()
            .by((minute, dials, strain) -> {
              strain.seat = Seat.CONTENT;
              strain.deploys = minute == 0;
              strain.restarts = minute == 2;
              strain.corrupts = minute >= 1;
              strain.errors =
                  minute < 3
                      ? 0
                      : dials.of(ERROR_SHARE) * Script.rise(minute - 2, dials.of(RISE_MINUTES));
            }),
        Scenario.of("flapping-network", SWITCH, 290, "packets are lost in bursts, then all of them")
            .with(BURST_MINUTES, 3)
            .with(PERIOD_MINUTES, 11)
            .with(RETRANSMITS, 75)
            .with(EXTRA_LATENCY, 2.4)
            .with(RISE_MINUTES, 232)
            .by((minute, dials, strain) -> {
              boolean gone = minute >= dials.of(RISE_MINUTES);
              strain.both = true;
              strain.dead = gone;
              if (Script.burst(minute, dials.of(BURST_MINUTES), dials.of(PERIOD_MINUTES))) {
                strain.retransmits = dials.of(RETRANSMITS);
                strain.extraLatency = dials.of(EXTRA_LATENCY);
              }
            }),
        Scenario.of(
                "two-cells-at-once", WARN, 290, "the power of both cells fails after brown-outs")
            .with(BURST_MINUTES, 4)
            .with(PERIOD_MINUTES, 18)
            .with(SERVICE_TIME, 2.8)
            .with(RISE_MINUTES, 228)
            .by((minute, dials, strain) -> {
              strain.seat = Seat.OUTSIDE;
              strain.both = true;
              boolean gone = minute >= dials.of(RISE_MINUTES);
              strain.dead = gone;
              strain.shadowGone = gone;
              if (Script.burst(minute, dials.of(BURST_MINUTES), dials.of(PERIOD_MINUTES))) {
                strain.serviceTime = dials.of(SERVICE_TIME);
                strain.restarts = true;
              }
            }),
        Scenario.of(
                "slow-leak",
                SWITCH,
                900,
                "memory leaks for thirteen hours, then the process dies again and again")
            .with(RISE_MINUTES, 790)
            .with(MEMORY, 0.29)
            .by((minute, dials, strain) -> {
              double risen = Script.rise(minute, dials.of(RISE_MINUTES));
              strain.memory = dials.of(MEMORY) * risen;
              strain.serviceTime = risen > 0.85 ? 1 + 5 * (risen - 0.85) : 1;
              if (risen >= 1) {
                strain.errors = 0.85;
                strain.restarts = minute % 3 == 0;
              }
            }),
        Scenario.of(
                "certificate-expiry", SWITCH, 90, "a certificate of the home cell expires at once")
            .with(ERROR_SHARE, 0.97)
            .sudden()
            .by((minute, dials, strain) -> {
              strain.errors = dials.of(ERROR_SHARE);
              strain.both = true;
            }),
        Scenario.of(
                "disk-filling",
                SWITCH,
                420,
                "a disk fills in five and a half hours, then writes fail")
            .with(RISE_MINUTES, 330)
            .with(DISK, 0.89)
            .by((minute, dials, strain) -> {
              double risen = Script.rise(minute, dials.of(RISE_MINUTES));
              strain.disk = dials.of(DISK) * risen;
              strain.both = true;
              strain.errors = risen >= 0.98 ? 0.78 : 0;
            }),
        Scenario.of(
                "replica-lag",
                SWITCH,
                370,
                "the database's replica falls behind until reads are useless")
            .with(RISE_MINUTES, 290)
            .with(REPLICATION_LAG, 5_200)
            .by((minute, dials, strain) -> {
              double risen = Script.rise(minute, dials.of(RISE_MINUTES));
              strain.lag = dials.of(REPLICATION_LAG) * risen * risen;
              strain.errors = risen >= 1 ? 0.6 : 0.02 * risen;
            }),
        Scenario.of(
                "retry-storm",
                WARN,
                150,
                "a short loss of capacity, and callers that ask again and again")
            .with(CAPACITY_LEFT, 0.05)
            .with(BURST_MINUTES, 4)
            .with(RETRIES, 6.5)
            .by((minute, dials, strain) -> {
              strain.seat = Seat.OUTSIDE;
              strain.retries = dials.of(RETRIES);
              strain.capacity = minute < dials.of(BURST_MINUTES) ? dials.of(CAPACITY_LEFT) : 0.17;
            }),
        Scenario.of(
                "quiet-fault-at-night",
                SWITCH,
                780,
                "errors grow while little is asked for, and fail the morning")
            .with(RISE_MINUTES, 700)
            .with(ERROR_SHARE, 0.58)
            .by((minute, dials, strain) -> {
              double risen = Script.rise(minute, dials.of(RISE_MINUTES));
              strain.errors = dials.of(ERROR_SHARE) * Math.pow(risen, 4);
              strain.errorLines = 1 + risen;
            }),
        Scenario.of("cell-cut-off", SWITCH, 60, "nobody reaches the home cell any more")
            .sudden()
            .by((minute, dials, strain) -> {
              strain.dead = true;
              strain.both = true;
            }),
        Scenario.of(
                "store-stops-answering",
                SWITCH,
                90,
                "the cell's object store hangs; what needs it fails later")
            .with(RISE_MINUTES, 7)
            .with(ERROR_SHARE, 0.8)
            .by((minute, dials, strain) -> {
              strain.storeGone = true;
              strain.both = true;
              strain.errors = dials.of(ERROR_SHARE) * Script.rise(minute, dials.of(RISE_MINUTES));
            }),
        Scenario.of(
                "pool-exhaustion",
                SWITCH,
                300,
                "connections are not given back, one after the other")
            .with(RISE_MINUTES, 235)
            .with(CAPACITY_LEFT, 0.05)
            .by((minute, dials, strain) -> {
              double steps = Math.floor(8 * Script.rise(minute, dials.of(RISE_MINUTES))) / 8;
              strain.capacity = 1 - (1 - dials.of(CAPACITY_LEFT)) * steps;
              strain.queue = 1 + 11 * steps;
            }),
        Scenario.of(
                "logs-before-crash",
                SWITCH,
                300,
                "new error lines for four hours, then the process dies")
            .with(RISE_MINUTES, 240)
            .with(ERROR_LINES, 76)
            .by((minute, dials, strain) -> {
              double risen = Script.rise(minute, dials.of(RISE_MINUTES));
              strain.errorLines = 1 + (dials.of(ERROR_LINES) - 1) * risen;
              strain.hangs = risen >= 1;
            }),
        Scenario.of("deadlock", SWITCH, 60, "the service takes requests and answers none")
            .sudden()
            .by((minute, dials, strain) -> strain.hangs = true),
        Scenario.of("slow-dependency", WARN, 100, "what the service asks answers later and later")
            .with(RISE_MINUTES, 7)
            .with(EXTRA_LATENCY, 17)
            .by((minute, dials, strain) -> {
              strain.seat = Seat.OUTSIDE;
              strain.extraLatency =
                  dials.of(EXTRA_LATENCY) * Script.rise(minute, dials.of(RISE_MINUTES));
            }),
        Scenario.of("overheating", SWITCH, 370, "a fan stops, the machine gets hot and slow")
            .with(RISE_MINUTES, 300)
            .with(HEAT, 47)
            .with(CAPACITY_LEFT, 0.05)
            .by((minute, dials, strain) -> {
              double risen = Script.rise(minute, dials.of(RISE_MINUTES));
              strain.heat = dials.of(HEAT) * Math.min(1, 1.6 * risen);
              double throttled = Math.clamp((risen - 0.4) / 0.6, 0, 1);
              strain.capacity = 1 - (1 - dials.of(CAPACITY_LEFT)) * throttled;
              strain.both = true;
            }),
        Scenario.of("crash-loop", SWITCH, 330, "the process dies more and more often")
            .with(RISE_MINUTES, 260)
            .with(ERROR_SHARE, 0.7)
            .by((minute, dials, strain) -> {
              double risen = Script.rise(minute, dials.of(RISE_MINUTES));
              int period = (int) Math.max(2, 17 - 15 * risen);
              strain.restarts = minute % period == 0;
              strain.errors =
                  dials.of(ERROR_SHARE)
                      * (strain.restarts ? Math.max(risen, 0.3) : risen * risen * risen);
            }),
        Scenario.of(
                "fault-with-wrong-clock",
                SWITCH,
                345,
                "errors grow, told by a sender whose clock is behind")
            .with(RISE_MINUTES, 280)
            .with(ERROR_SHARE, 0.63)
            .with(CLOCK_SKEW, -130)
            .returning()
            .by((minute, dials, strain) -> {
              double risen = Script.rise(minute, dials.of(RISE_MINUTES));
              strain.errors = dials.of(ERROR_SHARE) * risen * risen;
              strain.skewSeconds = dials.of(CLOCK_SKEW);
            }),
        Scenario.of(
                "fault-partly-blind",
                SWITCH,
                320,
                "the service slows down while some of the metrics are missing")
            .with(RISE_MINUTES, 245)
            .with(SERVICE_TIME, 19)
            .with(SILENT_SHARE, 0.18)
            .by((minute, dials, strain) -> {
              strain.silentShare = dials.of(SILENT_SHARE);
              strain.serviceTime =
                  1 + (dials.of(SERVICE_TIME) - 1) * Script.rise(minute, dials.of(RISE_MINUTES));
            }),
        Scenario.of(
                "both-services-starve",
                SWITCH,
                420,
                "a host's processors are taken away bit by bit")
            .with(RISE_MINUTES, 340)
            .with(CAPACITY_LEFT, 0.045)
            .returning()
            .by((minute, dials, strain) -> {
              double risen = Script.rise(minute, dials.of(RISE_MINUTES));
              strain.capacity = 1 - (1 - dials.of(CAPACITY_LEFT)) * risen * risen;
              strain.stolen = 0.7 * risen;
              strain.both = true;
            }));
  }
}
