package dev.gnomon.core.control;

import dev.gnomon.core.objects.AtomicityProbe;
import dev.gnomon.core.objects.AtomicityProbe.Finding;
import dev.gnomon.core.objects.AtomicityProbe.Report;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import java.util.Optional;
import java.util.function.Supplier;

/// Lets only cells in whose create can be trusted. A cell is probed once; that it passed is the
/// record `cell/probe` in its own store. That it failed is not recorded: a server that was mended
/// is probed again at the next start.
public final class CellProbe {
  public static final ObjectName NAME = new ObjectName("cell/probe");

  private CellProbe() {}

  /// The report of a cell that passed.
  public static Optional<Report> known(ControlRecords records) {
    return records.read(NAME, Report.class);
  }

  /// Probes the store unless its record says that it passed.
  ///
  /// @param ids a fresh id at each call, such as random UUIDs
  /// @return the report that stands in the cell
  /// @throws ObjectStoreException PERMANENT, with the evidence, if create is not atomic; else the
  ///   fault that kept the probe from a finding
  public static Report require(ObjectStore store, Supplier<String> ids) {
    ControlRecords records = new ControlRecords(store, ids);
    Optional<Report> known = known(records);
    if (known.isPresent()) {
      return known.get();
    }
    Report report = new AtomicityProbe(store, ids).probe();
    if (report.finding() == Finding.NOT_ATOMIC) {
      throw new ObjectStoreException(
          Kind.PERMANENT,
          "the store does not keep a name for whoever had it first, so no switch in it would be safe: "
              + String.join("; ", report.evidence())
              + ". Use a server that honours If-None-Match: * (AWS S3, MinIO, Ceph RGW) or a"
              + " directory.");
    }
    return records.create(NAME, report).record();
  }
}
