/** Recipes as records, their loading from YAML, and the failures that a user can mend. */
package org.googlenet.config;
