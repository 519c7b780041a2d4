#!/usr/bin/env node
import { launch } from "@sotto/wire/launch";

launch(import.meta.url);
