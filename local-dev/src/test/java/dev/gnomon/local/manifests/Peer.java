package dev.gnomon.local.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// Somebody at the other end of a connection, and whether a peer of a NetworkPolicy means him.
sealed interface Peer {
  /// For messages.
  String name();

  /// @param peer one of `to`
  boolean isIn(JsonNode peer);

  /// Pods of another namespace. Blocks of addresses are for what lies outside of the cluster: which
  /// of them pods have is not known here.
  record Pods(String name, String namespace, Map<String, String> labels) implements Peer {
    @Override
    public boolean isIn(JsonNode peer) {
      return peer.has("namespaceSelector")
          && selects(
              peer.path("namespaceSelector"), Map.of("kubernetes.io/metadata.name", namespace))
          && selects(peer.path("podSelector"), labels);
    }
  }

  /// Outside of the cluster, or of unknown pods in it.
  record Address(String name, String address) implements Peer {
    @Override
    public boolean isIn(JsonNode peer) {
      JsonNode block = peer.path("ipBlock");
      return block.has("cidr")
          && within(block.path("cidr").asText())
          && values(block.path("except")).noneMatch(one -> within(one.asText()));
    }

    private boolean within(String cidr) {
      String[] parts = cidr.split("/", -1);
      byte[] mine = bytes(address);
      byte[] net = bytes(parts[0]);
      int free = 8 * net.length - Integer.parseInt(parts[1]);
      return mine.length == net.length
          && new BigInteger(1, mine)
              .shiftRight(free)
              .equals(new BigInteger(1, net).shiftRight(free));
    }

    private static byte[] bytes(String address) {
      try {
        if (!address.matches("[0-9a-fA-F.:]+")) {
          throw new UnknownHostException("a name, which is not looked up here");
        }
        return InetAddress.getByName(address).getAddress();
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException("expected an address, found " + address, e);
      }
    }
  }

  /// Whether a selector of labels selects somebody; an empty one, or none, selects everybody.
  static boolean selects(JsonNode selector, Map<String, String> labels) {
    return selector.path("matchLabels").properties().stream()
            .allMatch(one -> one.getValue().asText().equals(labels.get(one.getKey())))
        && values(selector.path("matchExpressions")).allMatch(one -> holds(one, labels));
  }

  private static boolean holds(JsonNode expression, Map<String, String> labels) {
    String label = labels.get(expression.path("key").asText());
    boolean among = values(expression.path("values")).anyMatch(one -> one.asText().equals(label));
    return switch (expression.path("operator").asText()) {
      case "Exists" -> label != null;
      case "DoesNotExist" -> label == null;
      case "In" -> among;
      case "NotIn" -> !among;
      default -> false;
    };
  }

  static Stream<JsonNode> values(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }
}
