/** What commands print for people and programs. */
package org.googlenet.app.print;
