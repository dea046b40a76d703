package dev.gnomon.s3;

import dev.gnomon.core.catalogue.Automation;
import dev.gnomon.core.catalogue.Hooks;
import dev.gnomon.core.catalogue.Keep;
import dev.gnomon.core.catalogue.Limits;
import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.catalogue.OnFail;
import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.PrefixSpec.Credentials;
import dev.gnomon.core.catalogue.PrefixSpec.PrefixWriter;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.catalogue.Priority;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.S3Prefix;
import java.util.List;
import java.util.Optional;

/// Resources that are prefixes.
final class Resources {
  private Resources() {}

  static Resource prefix(S3Prefix place, Optional<PrefixWriter> writer) {
    return new Resource(
        new ResourceName("data"),
        new CellName("east"),
        place,
        Priority.NORMAL,
        List.of(),
        RollbackMode.RESTORE,
        Automation.AUTO,
        false,
        List.of(),
        Keep.DEFAULT,
        Hooks.NONE,
        OnChange.RETRY,
        List.of(),
        List.of(),
        OnFail.ROLLBACK,
        OnFail.NOTIFY,
        Limits.DEFAULT,
        Optional.empty(),
        Optional.of(
            new PrefixSpec(
                Optional.empty(),
                Optional.of(new Credentials("ACCESS", "SECRET")),
                Versions.COPY,
                false,
                writer)));
  }
}
