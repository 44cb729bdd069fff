package org.googlenet.storage;

import java.util.List;

/**
 * What lies in a folder and its subfolders: objects, and what a listing passes over.
 *
 * @param entries the objects, as {@link ObjectStore#list} has them, but only those that can be read
 *     by their names
 * @param folders the names of the folders directly below, sorted; hidden ones are not among them.
 *     Object stores have none without an object in it
 * @param aside what is not an object, or cannot be read by its name, sorted by name
 */
public record Survey(List<ObjectStore.Entry> entries, List<String> folders, List<Aside> aside) {

  public Survey {
    entries = List.copyOf(entries);
    folders = List.copyOf(folders);
    aside = List.copyOf(aside);
  }

  /**
   * Something that is passed over.
   *
   * @param name as an object's; what is not UTF-8 in it is the replacement character
   */
  public record Aside(String name, Reason reason) {}

  /** Why something is passed over. */
  public enum Reason {
    /** A segment of its name begins with a dot; of a hidden folder only the folder is told. */
    HIDDEN,
    /** A symbolic link whose target does not exist. */
    DANGLING_LINK,
    /** A symbolic link to a folder that it lies in. */
    LOOP_OF_LINKS,
    /** Its name has a control character or a backslash. */
    UNUSABLE_NAME,
    /** Its name is not in UTF-8. */
    NOT_UTF_8,
    /** It is a pipe, a socket or a device. */
    NOT_A_FILE
  }
}
