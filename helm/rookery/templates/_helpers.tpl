{{- define "rookery.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 52 | trimSuffix "-" }}
{{- end }}

{{/* At most 52 characters: Kubernetes adds a hash of 10 to the pods of a StatefulSet and limits their labels to 63. */}}
{{- define "rookery.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else if contains (include "rookery.name" .) .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "rookery.name" .) | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "rookery.selectorLabels" -}}
app.kubernetes.io/name: {{ include "rookery.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "rookery.labels" -}}
{{ include "rookery.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* The port of an address such as 0.0.0.0:50051 or [::]:50051, so that it is typed in one place only. */}}
{{- define "rookery.port" -}}
{{- regexFind "[0-9]+$" . }}
{{- end }}

{{/* A value as TOML. Numbers come out of YAML as floats: a whole one must not be printed with a fraction or an exponent. */}}
{{- define "rookery.tomlValue" -}}
{{- if kindIs "slice" . -}}
{{- $values := list -}}
{{- range . }}{{ $values = append $values (include "rookery.tomlValue" .) }}{{ end -}}
[{{ join ", " $values }}]
{{- else if kindIs "string" . -}}
{{ toJson . }}
{{- else if kindIs "float64" . -}}
{{- if eq (floor .) . }}{{ int64 . }}{{ else }}{{ . }}{{ end -}}
{{- else -}}
{{ . }}
{{- end -}}
{{- end }}

{{/* Sections as TOML: the keys of a section before the sections within it, as TOML wants it. */}}
{{- define "rookery.toml" -}}
{{- $path := .path -}}
{{- range $key, $value := .section }}
{{- if not (kindIs "map" $value) }}
{{ $key }} = {{ include "rookery.tomlValue" $value }}
{{- end }}
{{- end }}
{{- range $key, $value := .section }}
{{- if kindIs "map" $value }}
{{- $name := ternary $key (printf "%s.%s" $path $key) (empty $path) }}
[{{ $name }}]
{{- include "rookery.toml" (dict "path" $name "section" $value) }}
{{- end }}
{{- end }}
{{- end }}
