package dev.gnomon.local.admission;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A kubectl that answers as a cluster with these namespaces would, keeps no objects, and writes
/// down every call.
final class PretendedCluster {
  /// Answers `get` by what is in $THERE, refuses what is in $REFUSED and every `get` of what is in
  /// $SILENT, and forgets a namespace that is deleted. A line `gnomon made` is a namespace with the
  /// label of the script.
  private static final String KUBECTL =
      """
      #!/usr/bin/env bash
      asked="$*"
      printf '%s\\n' "$asked" >>"$CALLS"
      case "$asked" in
        'config current-context') echo trial; exit 0 ;;
        *'get --raw /readyz'*) [ -z "$AWAY" ] || { echo 'connection refused' >&2; exit 1; }; echo ok; exit 0 ;;
        *'get --raw /version'*) echo '{"gitVersion":"v1.36.3"}'; exit 0 ;;
      esac
      for word in $REFUSED; do case "$asked" in *" $word"*) echo "refused: $word" >&2; exit 1 ;; esac; done
      for word in $SILENT; do
        case "$asked" in *" get $word "* | *" get namespace $word "*) echo 'Error from server (Timeout)' >&2; exit 1 ;; esac
      done
      case "$asked" in
        *'create -f -')
          ! grep -qE '^gnomon( made)?$' "$THERE" || { echo 'AlreadyExists' >&2; exit 1; }
          echo 'gnomon made' >>"$THERE" ;;
        *'create namespace '*) echo "${asked##* }" >>"$THERE" ;;
        *'delete namespace '*)
          name=${asked#*delete namespace }; name=${name%% *}
          grep -vxE -- "$name( made)?" "$THERE" >"$THERE.new"; mv "$THERE.new" "$THERE" ;;
        *'jsonpath={.metadata.labels.'*) ! grep -qx 'gnomon made' "$THERE" || printf made ;;
        *' get namespace '* | *' get crd '*)
          name=${asked#* get * }; name=${name%% *}
          ! grep -qxE -- "$name( made)?" "$THERE" || echo "found/$name" ;;
      esac
      """;

  private static final List<String> KNATIVE =
      List.of("services.serving.knative.dev", "brokers.eventing.knative.dev");

  private final Path directory;

  PretendedCluster(Path directory) {
    this.directory = directory;
  }

  record Ended(int code, String text) {}

  Ended run(List<String> namespaces, Map<String, String> variables, String... arguments)
      throws IOException, InterruptedException {
    var there = new ArrayList<>(KNATIVE);
    there.addAll(namespaces);
    return runWith(there, variables, arguments);
  }

  Ended runWith(List<String> there, Map<String, String> variables, String... arguments)
      throws IOException, InterruptedException {
    Path kubectl = directory.resolve("kubectl");
    Files.writeString(kubectl, KUBECTL);
    Files.setPosixFilePermissions(kubectl, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.write(directory.resolve("there"), there);
    Files.writeString(directory.resolve("calls"), "");
    Files.writeString(directory.resolve("config"), "kind: Config\n");
    var command = new ArrayList<>(List.of("bash", script().toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    // Terraform is not among them: what it does is for a cluster.
    environment.put("PATH", directory + ":/usr/bin:/bin");
    environment.put("KUBECONFIG", directory.resolve("config").toString());
    environment.put("THERE", directory.resolve("there").toString());
    environment.put("CALLS", directory.resolve("calls").toString());
    environment.put("AWAY", "");
    environment.put("REFUSED", "");
    environment.put("SILENT", "");
    environment.put("GNOMON_ADMISSION_GONE_SECONDS", "1");
    environment.put("TMPDIR", directory.toString());
    environment.putAll(variables);
    Process process = builder.start();
    process.getOutputStream().close();
    String text =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return new Ended(process.waitFor(), text);
  }

  List<String> calls() throws IOException {
    return Files.readAllLines(directory.resolve("calls"));
  }

  /// Calls that change something.
  List<String> changes() throws IOException {
    return calls().stream()
        .filter(call -> call.matches(".* (create|apply|delete|label|annotate|patch|edit) .*"))
        .toList();
  }

  private static Path script() {
    Path here = Path.of("").toAbsolutePath();
    Path module = here.endsWith("local-dev") ? here : here.resolve("local-dev");
    return module.resolve("admission");
  }
}
