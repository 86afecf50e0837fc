// Unpacks Chromium beside its package, with the fonts and libraries that a machine without a desktop lacks.
import { mkdirSync, writeFileSync } from "node:fs";

const home = `${import.meta.dirname}/node_modules/.chromium`;
process.env.TMPDIR = home;
process.env.AWS_EXECUTION_ENV = "AWS_Lambda_nodejs22.x"; // where it brings its libraries along
mkdirSync(home, { recursive: true });
const { default: chromium } = await import("@sparticuz/chromium");
await chromium.executablePath();
writeFileSync(
  `${home}/fonts.conf`,
  `<fontconfig><dir>${home}/fonts</dir><cachedir>${home}/fonts-cache</cachedir>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include></fontconfig>\n`,
);
