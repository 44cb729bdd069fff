/**
 * Named byte streams in files, HDFS, S3 and any other storage with a {@link
 * org.googlenet.storage.StorageScheme}: {@link org.googlenet.storage.Stores} opens a location as an
 * {@link org.googlenet.storage.ObjectStore}.
 *
 * <p>It makes the promises that the safety of runs, checkpoints and registries rests on: an object
 * is whole or absent; a name is created by at most one of any number of writers on any machines; a
 * write that has returned is seen by every read by name; and what fails for a passing reason is
 * tried again until a deadline. {@code docs/storage.md} describes what each storage does to keep
 * them.
 *
 * <p>Any code may call it. A failure is a {@link org.googlenet.storage.StorageRefused} if a user
 * must fix something first, and a {@link org.googlenet.storage.StorageProblem} if another try may
 * help.
 */
package org.googlenet.storage;
